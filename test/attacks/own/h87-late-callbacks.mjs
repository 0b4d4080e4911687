// class: survival
// goal: after
// options: {"deadline":1500,"stop":true,"wait":1500}
// What may still run when the module has been stopped: finalizers, signals, events, microtasks, cryptography, intervals.
export default (pkg, ctx) => {
  const late = (what) => ctx.context.log.info(`AFTER-${what}`);
  let isLate = false;
  const tell = (what) => {
    if (isLate) late(what);
  };
  setTimeout(() => {
    isLate = true;
  }, 300);
  for (const ms of [400, 800, 1_200]) {
    AbortSignal.timeout(ms).addEventListener('abort', () => tell('signal'));
    setTimeout(() => tell('timeout'), ms);
  }
  setInterval(() => tell('interval'), 50);
  const registry = Function(
    'return typeof FinalizationRegistry === "function" ? new FinalizationRegistry(() => 0) : undefined',
  )();
  registry?.register({}, 1);
  const chain = () => {
    tell('promise');
    setImmediate(() => Promise.resolve().then(chain));
  };
  chain();
  void globalThis.crypto?.subtle?.digest('SHA-256', new Uint8Array(1 << 24)).then(
    () => tell('digest'),
    () => tell('digest'),
  );
  ctx.context.signal?.addEventListener('abort', () => {
    for (let i = 0; i < 100; i++) setTimeout(() => tell('stop'), i * 20);
  });
  void ctx.context.fs.readText('ok.txt').finally(() => setTimeout(() => tell('read'), 500));
  return 'ready';
};
