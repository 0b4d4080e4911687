// class: floods
// goal: dos
// options: {"deadline":4000,"wait":400}
// As many lines as can be, small and large, plain and structured, on every level.
export default async (pkg, ctx) => {
  const { log } = ctx.context;
  const deep = { a: { b: { c: 'x'.repeat(2_000) } } };
  const end = Date.now() + 2_500;
  for (let i = 0; Date.now() < end; i++) {
    log.trace('t');
    log.debug('d', { i });
    log.info('', deep);
    log.warn('\n'.repeat(500));
    log.error(`${i}`.repeat(100), { '\u001b[31m': i, '': '', 'a\nb': '\r' });
    console.table(deep);
    if (i % 5_000 === 0) await null;
  }
  return 'done';
};
