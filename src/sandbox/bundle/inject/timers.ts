/** Node's `timers` over the globals of a compartment. */
export const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } =
  globalThis;

export default { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
