// class: lifecycle
// goal: dos
// options: {"stop":true,"wait":1500,"files":{"index.mjs":"import attack from './h27-odd-definition.mjs';\nlet looked = 0;\nexport default new Proxy({}, { get(_target, key) { looked++; if (key === 'then') return undefined; if (key === 'handler') return (pkg, context) => attack(pkg.input, { log: context.log.info, context }); if (key === 'main') return looked % 2 ? async (context) => { for (;;) await context.dispatch({}); } : undefined; if (key === 'stop') return () => new Promise(() => undefined); if (key === 'start') return (context) => { context.signal.addEventListener('abort', () => { setInterval(() => context.log.info('AFTER-STOP'), 20); }); return new Proxy({}, {}); }; }, has: () => true, ownKeys: () => { throw 1; }, getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 1 }) });\n"}}
// What a module exports changes whenever it is looked at, and nothing of it ever ends.
export default async (pkg, ctx) => {
  const signal = AbortSignal.timeout(1_200);
  signal.addEventListener('abort', () => ctx.log('AFTER-SIGNAL'));
  setTimeout(() => ctx.log('AFTER-TIMER'), 1_200);
  return 'answered';
};
