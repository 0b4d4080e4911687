// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Everything the platform returns, throws or calls back with, for usual and unusual arguments.
import { breathe, loot, platformCalls, tried, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const { calls, later } = platformCalls(pkg, ctx);
  const said = [loot(globalThis, pkg, 20_000), loot(ctx.context, pkg, 5_000)];
  for (const call of Object.values(calls)) said.push(tried(call, pkg));
  for (const call of Object.values(later)) said.push(await triedLater(call, pkg));
  const odd = [
    undefined,
    null,
    NaN,
    -0,
    1n,
    '',
    '\ud800',
    Symbol('x'),
    Symbol.iterator,
    {},
    [],
    () => 0,
    new Proxy({}, {}),
    Object.create(null),
    {
      valueOf: () => {
        throw { toString: null };
      },
    },
    { [Symbol.toPrimitive]: () => ({}) },
    new Uint8Array(4),
    new ArrayBuffer(4),
    /x/,
    new Date(NaN),
    new Error('x'),
    'a'.repeat(70_000),
    1e21,
  ];
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !/^(set|clear|queue)/.test(name));
  for (const name of names) {
    const made = globalThis[name];
    if (typeof made !== 'function') continue;
    for (const a of odd) {
      await breathe();
      for (const b of [
        undefined,
        {
          fatal: true,
          signal: {},
          get transfer() {
            throw a;
          },
        },
      ]) {
        await breathe();
        said.push(
          tried(() => made(a, b), pkg, 60),
          tried(() => new made(a, b), pkg, 60),
        );
        for (const key of Object.getOwnPropertyNames(made))
          if (typeof made[key] === 'function' && key !== 'prototype')
            said.push(tried(() => made[key](a, b), pkg, 60));
      }
    }
  }
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
