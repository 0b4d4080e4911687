// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Proxies in the place of every argument keep receivers and arguments of each trap that the platform springs.
import { breathe, loot, tried, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const spring = (target) =>
    new Proxy(
      target,
      new Proxy(
        {},
        {
          get:
            (_, trap) =>
            (...args) => {
              for (const value of args) said.push(loot(value, pkg, 60));
              if (trap === 'get' && args[1] === Symbol.toPrimitive) return () => '1';
              return Reflect[trap](...args);
            },
        },
      ),
    );
  const targets = () =>
    [
      {},
      [],
      () => 0,
      new Uint8Array(4),
      new ArrayBuffer(4),
      new Map(),
      new Date(),
      new Error('x'),
      /x/,
      { signal: AbortSignal.abort() },
      { method: 'POST', body: 'x', headers: { a: 'b' } },
      { name: 'AES-GCM', length: 128 },
    ].map(spring);
  const { fs, net, log } = ctx.context;
  for (const p of targets()) {
    for (const run of [
      () => new URL(p),
      () => new URL('x', p),
      () => new URLSearchParams(p),
      () => new TextDecoder(p, p),
      () => new TextDecoder().decode(p, p),
      () => new TextEncoder().encodeInto(p, p),
      () => structuredClone(p),
      () => structuredClone({ p }),
      () => structuredClone(1, p),
      () => structuredClone(1, { transfer: p }),
      () => atob(p),
      () => btoa(p),
      () => new Event(p, p),
      () => new CustomEvent('x', p),
      () => new EventTarget().addEventListener(p, p, p),
      () => new EventTarget().addEventListener('x', () => 0, p),
      () => new EventTarget().dispatchEvent(p),
      () => AbortSignal.abort(p),
      () => AbortSignal.any(p),
      () => AbortSignal.any([p]),
      () => AbortSignal.timeout(p),
      () => new AbortController().abort(p),
      () => setTimeout(p, p, p),
      () => clearTimeout(p),
      () => queueMicrotask(p),
      () => console.log(p, '%s', p),
      () => log.info(p, p),
      () => new DOMException(p, p),
      () => crypto.getRandomValues(p),
      () => new Headers(p),
      () => new Request(p, p),
      () => new Response(p, p),
      () => Reflect.construct(URL, ['http://x/'], p),
      () => require(p),
    ]) {
      said.push(tried(run, pkg, 60));
      await breathe();
    }
    for (const run of [
      () => fs.readText(p),
      () => fs.list(p),
      () => fs.writeBytes('./x', p),
      () => net.fetch(p, p),
      () => net.fetch(`http://${pkg.okHost}/`, p),
      () => crypto.subtle.digest(p, p),
      () => crypto.subtle.generateKey(p, true, p),
      () => crypto.subtle.importKey(p, p, p, p, p),
      () => crypto.subtle.exportKey('raw', p),
    ])
      said.push(await triedLater(run, pkg, 60));
  }
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
