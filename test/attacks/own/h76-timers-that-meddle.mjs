// class: floods
// goal: dos
// options: {"deadline":5000,"success":"MORE-THAN-GRANTED","wait":500}
// Timers set while a timer is being set, cleared while they run, by handles that are none, and by the names of signals.
export default async () => {
  let fired = 0;
  let set = 0;
  const count = () => void fired++;
  const start = (make) => {
    try {
      make();
      set++;
    } catch {
      /* No more are granted. */
    }
  };
  const delays = {
    valueOf() {
      for (let i = 0; i < 50; i++) start(() => setTimeout(count, 1_000));
      return 1_000;
    },
  };
  for (let i = 0; i < 400; i++) {
    start(() => setTimeout(count, delays));
    start(() => AbortSignal.timeout(1_000).addEventListener('abort', count));
    start(() => setImmediate(() => start(() => setTimeout(count, 1_000))));
    start(() =>
      setInterval(function again() {
        count();
        start(() => setInterval(count, 1_000));
      }, 500),
    );
    start(() => AbortSignal.any([AbortSignal.timeout(1_000)]).addEventListener('abort', count));
  }
  for (const handle of [
    0,
    1,
    -1,
    NaN,
    '1',
    {},
    [],
    { __proto__: null },
    { [Symbol.toPrimitive]: () => 1 },
    Symbol.iterator,
    new Proxy({}, {}),
  ])
    for (const clear of [clearTimeout, clearInterval, clearImmediate]) clear(handle);
  const self = setInterval(() => {
    clearInterval(self);
    clearInterval(self);
    throwing();
  }, 1);
  const throwing = () =>
    setTimeout(() => {
      clearTimeout(self);
    }, 1);
  const at = setTimeout(() => {
    for (let i = 0; i < 100; i++) start(() => setTimeout(count, 10));
    clearTimeout(at);
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  return fired > 4_000 ? `MORE-THAN-GRANTED ${fired} ${set}` : `${fired} ${set}`;
};
