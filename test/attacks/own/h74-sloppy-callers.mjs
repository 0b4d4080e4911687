// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Sloppy functions look at who calls them, at the global behind the global, and at scopes that are not theirs.
import { breathe, loot, tried, platformCalls } from './_realm.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const look = (value) => said.push(loot(value, pkg, 300));
  const sloppy = (text) => {
    try {
      return Function(`return ${text}`)();
    } catch (error) {
      look(error);
      return () => 0;
    }
  };
  const spies = [
    sloppy(
      'function spy() { try { return [spy.caller, spy.arguments, arguments.callee, this]; } catch (e) { return e; } }',
    ),
    sloppy(
      '(function () { return [this, typeof globalThis, (0, eval)("this"), Function("return this")()]; })',
    ),
    sloppy('(function () { with (this ?? {}) { return constructor; } })'),
    sloppy('(function () { return arguments.callee.caller?.caller?.arguments; })'),
    sloppy('(() => { var process = undefined; return eval("typeof process"); })'),
    sloppy('({ [Symbol.unscopables]: globalThis, valueOf() { return this; } }).valueOf'),
  ];
  const { calls } = platformCalls(pkg, ctx);
  for (const spy of spies) {
    look(spy?.());
    said.push(
      tried(() => [1].map(spy), pkg),
      tried(() => new URLSearchParams('a=1').forEach(spy), pkg),
      tried(() => structuredClone(Object.defineProperty({}, 'a', { get: spy, enumerable: true })), pkg),
    );
    said.push(
      tried(() => new URL(Object.defineProperty({}, 'toString', { value: spy })), pkg),
      tried(() => JSON.stringify({ toJSON: spy }), pkg),
      tried(() => console.log({ toJSON: spy }), pkg),
    );
    said.push(
      tried(() => Reflect.apply(spy, null, []), pkg),
      tried(() => new Date(Object.defineProperty({}, 'valueOf', { value: spy })), pkg),
    );
    await new Promise((resolve) =>
      setTimeout(() => {
        look(spy?.());
        resolve();
      }, 1),
    );
    await new Promise((resolve) =>
      queueMicrotask(() => {
        look(spy?.());
        resolve();
      }),
    );
    const target = new EventTarget();
    target.addEventListener('x', function (...args) {
      look(this);
      look(args);
      look(spy.call(this));
    });
    target.dispatchEvent(new Event('x'));
  }
  for (const call of Object.values(calls)) {
    await breathe();
    for (const key of ['caller', 'arguments', 'callee'])
      said.push(
        tried(() => call[key], pkg, 50),
        tried(() => call()?.[key], pkg, 50),
      );
  }
  const lexical = [
    'Compartment',
    'harden',
    'lockdown',
    'assert',
    'bridge',
    'natives',
    'module',
    'realm',
    'primordials',
    'internalBinding',
    '__filename',
    'phlow',
    'VM',
  ];
  for (const name of lexical) {
    await breathe();

    said.push(tried(() => (0, eval)(`typeof ${name} === 'undefined' ? undefined : ${name}`), pkg, 300));
  }
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
