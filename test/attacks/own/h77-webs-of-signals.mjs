// class: floods
// goal: dos
// options: {"deadline":6000}
// Signals that follow signals by the hundred thousand, listeners that add listeners, aborts within aborts, events within events.
export default () => {
  const root = new AbortController();
  let signal = root.signal;
  const all = [signal];
  for (let i = 0; i < 3_000; i++) {
    signal = AbortSignal.any([signal, ...all.slice(-20)]);
    signal.addEventListener('abort', () => root.abort(), { once: true });
    signal.onabort = function () {
      this.onabort = null;
      this.addEventListener('abort', () => 0);
    };
    all.push(signal);
  }
  const wide = AbortSignal.any(Array.from({ length: 100_000 }, () => new AbortController().signal));
  for (let i = 0; i < 50_000; i++) AbortSignal.any([root.signal, wide]).addEventListener('abort', () => 0);
  const target = new EventTarget();
  let depth = 0;
  target.addEventListener(
    'x',
    function again() {
      target.addEventListener('x', () => again);
      if (depth++ < 2_000) target.dispatchEvent(new Event('x'));
    },
    { signal: root.signal },
  );
  try {
    target.dispatchEvent(new Event('x'));
  } catch {
    /* The stack has an end. */
  }
  root.abort(root);
  root.abort();
  return depth;
};
