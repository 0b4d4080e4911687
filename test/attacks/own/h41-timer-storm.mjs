// class: floods
// goal: after
// options: {"deadline":3000,"stop":true,"wait":900}
// Timers set by timers, intervals that never end, handles that are handed back changed; all of it goes on when the module is stopped.
export default async (pkg, ctx) => {
  let count = 0;
  const again = () => {
    count++;
    ctx.log(`AFTER-${count}`);
    for (const set of [setTimeout, setInterval, setImmediate]) {
      try {
        const handle = set(again, 0, set);
        handle.ref?.();
        clearTimeout({ ...handle });
        clearInterval(new Proxy(handle, {}));
        handle[Symbol.dispose]?.();
      } catch {
        return;
      }
    }
  };
  again();
  Promise.resolve().then(again);
  return 'started';
};
