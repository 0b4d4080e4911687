// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Promises that the platform makes or takes: species, thenables, resolvers, heirs, many settlements.
import { loot, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const look = (value) => said.push(loot(value, pkg, 80));
  const thenable = (depth) => ({
    then(...settlers) {
      settlers.forEach(look);
      look(this);
      const [resolve] = settlers;
      resolve(depth > 0 ? thenable(depth - 1) : { then: 1 });
      settlers.forEach((settle) => settle(1));
    },
  });
  class Heir extends Promise {
    static get [Symbol.species]() {
      return function (run) {
        run(look, look);
        this.then = look;
      };
    }
    then(...all) {
      all.forEach(look);
      return super.then(...all);
    }
  }
  const { fs, net, log, clock } = ctx.context;
  const sources = [
    () => fs.readText(thenable(2)),
    () => fs.writeText('./x.txt', thenable(2)),
    () => net.fetch(thenable(1)),
    () => net.fetch(`http://${pkg.okHost}/`, { body: thenable(1), method: 'POST', headers: thenable(1) }),
    () => crypto.subtle.digest(thenable(1), new Uint8Array(1)),
    () => clock?.sleep?.(thenable(1)),
    () => Reflect.apply(Promise.prototype.then, fs.readText('ok.txt'), [look, look]),
    () => Heir.resolve(fs.readText('ok.txt')),
    () => Heir.all([fs.readText('ok.txt'), thenable(1)]),
    () => Heir.any([thenable(3)]),
    () => Promise.resolve.call(Heir, fs.list('./')),
    () => Promise.prototype.finally.call(new Heir((resolve) => resolve(thenable(1))), look),
    async () => {
      for await (const item of ctx.items ?? []) look(item);
    },
    async () => {
      for await (const one of {
        [Symbol.asyncIterator]: () => ({ next: () => thenable(1), return: () => thenable(1) }),
      }) {
        look(one);
        break;
      }
    },
  ];
  for (const source of sources) said.push(await triedLater(source, pkg, 120));
  log.info(thenable(1), thenable(1));
  return (
    thenable(2, said.push('')) &&
    Object.assign(new Heir((resolve) => resolve([...new Set(said)].join('\n').slice(0, 9_000))), {
      evidence: said.join(''),
    })
  );
};
