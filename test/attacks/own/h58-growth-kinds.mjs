// class: memory
// goal: dos
// options: {"deadline":8000,"wait":300}
// Memory by every means that is not a plain leak: buffers, ropes, sets, weak maps, generators, closures, regular expressions, functions from text.
export default async () => {
  const held = [];
  const weak = new WeakMap();
  for (let i = 0; ; i++) {
    held.push(new Uint8Array(1_000_000).fill(i), `${i}`.repeat(200_000), new Set(Array(20_000).keys()));
    held.push(new RegExp(`a{${i % 1_000}}(?<n${i}>b)`), new Function(`return ${i} // ${'x'.repeat(1_000)}`));
    held.push(
      (function* () {
        yield held;
      })(),
      Symbol(`${i}`.repeat(1_000)),
      BigInt(i) ** 20_000n,
    );
    const key = {};
    held.push(key);
    weak.set(key, new Array(50_000).fill(key));
    if (i % 10 === 0) await null;
  }
};
