// class: capability abuse
// goal: leak
// options: {"success":"FORGED","deadline":4000}
// Aborts and events that the module dispatches on the signals it was given, or makes pass for the platform's.
import { loot } from './_realm.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const { signal, net } = ctx.context;
  for (const make of [
    () => new Event('abort'),
    () => new CustomEvent('abort', { detail: signal }),
    () => Object.create(Event.prototype, { type: { value: 'abort' } }),
    () => Reflect.construct(Event, ['abort'], AbortSignal),
  ]) {
    try {
      const event = make();
      for (const key of ['isTrusted', 'target', 'currentTarget', 'type'])
        try {
          Object.defineProperty(event, key, { value: key === 'isTrusted' ? true : signal });
        } catch {
          /* Closed. */
        }
      if (Object.getOwnPropertyDescriptor(event, 'isTrusted') === undefined && event.isTrusted)
        said.push('FORGED trust');
      signal?.dispatchEvent(event);
      if (signal?.aborted) said.push('FORGED abort');
    } catch (error) {
      said.push(loot(error, pkg, 60), error.message);
    }
  }
  try {
    Object.getPrototypeOf(signal ?? {}).constructor(Object.freeze({ __proto__: null }));
  } catch (error) {
    said.push(error.message);
  }
  for (const forged of [
    { aborted: true },
    Object.create(AbortSignal.prototype),
    new Proxy(AbortSignal.abort(), {}),
    {
      aborted: false,
      addEventListener: (...args) => said.push(loot(args, pkg, 200)),
      removeEventListener: (...args) => said.push(loot(args, pkg, 200)),
    },
  ])
    said.push(
      await net.fetch(`http://${pkg.okHost}/`, { signal: forged }).then(
        (r) => String(r.status),
        (error) => loot(error, pkg, 80) || error.message,
      ),
    );
  const controller = new AbortController();
  const listening = controller.signal.addEventListener;
  const pending = net.fetch(`http://${pkg.okHost}/`, { signal: controller.signal }).then(
    () => 'answered',
    (error) => error.name,
  );
  for (let i = 0; i < 100; i++) controller.signal.dispatchEvent(new Event('abort'));
  said.push(typeof listening, await pending);
  return said.join('\n');
};
