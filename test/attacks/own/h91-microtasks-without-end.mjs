// class: survival
// goal: after
// options: {"deadline":1500,"stop":true,"wait":500,"settle":4000}
// Turns that never end, by everything that runs before the next one: the order to stop must come through all the same.
export default (pkg, ctx) => {
  const again = [
    () => queueMicrotask(again[0]),
    async () => {
      for (;;) await null;
    },
    () => process.nextTick(again[2]),
    () =>
      Promise.resolve({
        then: (resolve) => {
          resolve();
          again[3]();
        },
      }),
    () => void Promise.reject(1).catch(again[4]),
    () => setImmediate(again[5]),
    () => {
      const target = new EventTarget();
      target.addEventListener('x', () => queueMicrotask(() => target.dispatchEvent(new Event('x'))));
      target.dispatchEvent(new Event('x'));
    },
    async () => {
      for await (const one of {
        [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }),
      })
        if (one > 1) return;
    },
    () => {
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => queueMicrotask(again[8]));
      controller.abort();
    },
  ];
  setTimeout(() => {
    for (const run of again) void run();
  }, 50);
  return 'ready';
};
