// class: host work
// goal: leak
// options: {"success":"FOREIGN","deadline":4000}
// Objects of the platform, and heirs and fakes of them, as reply, item, log field, error and cause.
import { loot } from './_realm.mjs';

export default async (pkg, ctx) => {
  const make = (run) => {
    try {
      return run();
    } catch (error) {
      return error;
    }
  };
  const things = [
    () => new URL('http://x/'),
    () => new URLSearchParams('a=1'),
    () => new AbortController(),
    () => AbortSignal.abort(new Error('x')),
    () => new Event('x'),
    () => new EventTarget(),
    () => new DOMException('x', 'AbortError'),
    () => new TextDecoder(),
    () => setTimeout(() => 0, 1),
    () => console,
    () => process,
    () => Intl,
    () => Math,
    () => globalThis,
    () => ctx.context,
    () => ctx.context.signal,
    () => new Headers({ a: 'b' }),
    () => new Response('x'),
    () =>
      Object.create(new URL('http://x/'), { toJSON: { value: () => ({ __proto__: null, constructor: 1 }) } }),
    () => Object.assign([], { toJSON: null, length: 3 }),
    () =>
      new (class URL {
        toJSON() {
          return this;
        }
      })(),
    () => Symbol('x'),
    () => 10n ** 1_000n,
    () => new Date(NaN),
  ].map(make);
  const said = things.map((thing) =>
    loot(
      make(() => JSON.parse(JSON.stringify(thing) ?? 'null')),
      pkg,
      50,
    ),
  );
  for (const thing of things) {
    ctx.context.log.info(thing, { thing, [Symbol.iterator]: thing });
    ctx.context.log.warn('x', thing);
    make(() => console.log(thing));
    said.push(await Promise.reject(thing).catch((error) => loot(error, pkg, 200)));
  }
  const last = Object.assign(new Error(said.join('\n').slice(0, 5_000), { cause: things[7] }), {
    details: { things },
    errors: things,
  });
  if (said.join('').includes('FOREIGN')) return said.join('\n');
  if (pkg.list.length === 3) throw last;
  return things;
};
