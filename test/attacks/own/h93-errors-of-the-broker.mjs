// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":6000}
// What comes back from outside the container: refusals, failures, aborts, answers in pieces, each asked where it comes from.
import { loot, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const { fs, net, clock, log } = ctx.context;
  const said = [loot(fs, pkg, 300), loot(net, pkg, 300), loot(clock, pkg, 300), loot(log, pkg, 300)];
  const controller = new AbortController();
  const runs = [
    () => fs.readText('../secret.txt'),
    () => fs.readText('none'),
    () => fs.readBytes('ok.txt'),
    () => fs.list('none'),
    () => fs.stat?.('ok.txt'),
    () => fs.writeText('./a/b/c', 'x'),
    () => fs.remove('./'),
    () => fs.readText('x\0'),
    () => fs.readText('x'.repeat(70_000)),
    () => net.fetch('http://127.0.0.1:1/'),
    () => net.fetch(`http://${pkg.okHost}/`),
    () => net.fetch(`http://${pkg.okHost}/`, { signal: AbortSignal.timeout(1) }),
    () => {
      const sent = net.fetch(`http://${pkg.okHost}/`, { signal: controller.signal });
      controller.abort(new Proxy({}, {}));
      return sent;
    },
    async () => (await net.fetch(`http://${pkg.okHost}/`)).json?.(),
    async () => (await net.fetch(`http://${pkg.okHost}/`)).bytes?.(),
    async () => {
      const r = await net.fetch(`http://${pkg.okHost}/`);
      return [r.headers, r.text && (await r.text()), r.text && (await r.text().catch((error) => error))];
    },
    () => clock?.sleep?.(-1),
    () => clock?.sleep?.(Infinity, { signal: AbortSignal.abort() }),
    () => ctx.context.call?.('victim', {}),
    () => ctx.context.module?.('victim'),
    () => ctx.context.modules?.victim?.({}),
    () => ctx.context.dispatch?.({}),
    async () => {
      for await (const one of ctx.items ?? []) return one;
    },
  ];
  for (const run of runs) said.push(await triedLater(run, pkg, 300));
  for (let i = 0; i < 20; i++)
    said.push(await triedLater(() => Promise.race(runs.map((run) => (async () => run())())), pkg, 100));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
