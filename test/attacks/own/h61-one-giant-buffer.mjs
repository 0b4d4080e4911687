// class: memory
// goal: dos
// options: {"deadline":6000,"wait":300}
// One buffer of two gigabytes, filled in a single step of the engine that nothing can interrupt.
export default () => new Uint8Array(2 ** 31).fill(1).length;
