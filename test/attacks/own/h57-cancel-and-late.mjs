// class: lifecycle
// goal: dos
// options: {"deadline":1200,"wait":900}
// Never looks at its signal, answers late, answers twice, and uses its powers when its package is long gone.
export default (pkg, ctx) => {
  const { fs, log, signal } = ctx.context;
  signal?.addEventListener?.('abort', () => {
    for (let i = 0; i < 1_000; i++) void fs.writeText(`./late-${i % 5}.txt`, 'x').catch(() => undefined);
    throw new Error('in the listener');
  });
  setInterval(() => {
    log.info('still here');
    void fs.readText('./ok.txt').catch(() => undefined);
  }, 5);
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      resolve('late');
      reject(new Error('and twice'));
    }, 1_500);
  });
};
