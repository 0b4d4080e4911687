// class: cross-tenant
// goal: dos
// options: {"deadline":3000,"wait":300}
// Calls to itself and to others in circles and by the thousand, none of them granted.
export default async (pkg, ctx) => {
  const names = [
    'attack',
    'victim',
    'echo',
    'cache',
    'log',
    'sleep',
    'flow',
    'phlow',
    'node:fs',
    './victim',
    pkg.victimName,
  ];
  const calls = [];
  for (let i = 0; i < 3_000; i++)
    calls.push(
      (async () => ctx.context.module(names[i % names.length]).call({ ...pkg, list: [i] }))().then(
        () => 'REACHED',
        (error) => error.code,
      ),
    );
  return [...new Set(await Promise.all(calls))].join();
};
