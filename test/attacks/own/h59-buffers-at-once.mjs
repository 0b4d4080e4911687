// class: memory
// goal: dos
// options: {"deadline":6000,"wait":300}
// Few but giant requests: each is refused or is the end of the module alone.
export default async () => {
  const said = [];
  const held = [];
  const wants = [
    () => new ArrayBuffer(2 ** 33),
    () => new ArrayBuffer(8, { maxByteLength: 2 ** 40 }),
    () => new Float64Array(2 ** 25).fill(1.5),
    () => 'x'.repeat(2 ** 29 - 24),
    () => Array.from({ length: 2 ** 26 }),
    () => new Array(2 ** 32 - 1).join('xxxxxxxx'),
    () => 2n ** (2n ** 30n - 1n),
    () => structuredClone(new Uint8Array(2 ** 28)),
    () => new TextEncoder().encode('\u20ac'.repeat(2 ** 28)),
    () => 'x'.padEnd(2 ** 28).split(/(?:)/u),
    () => JSON.stringify('\u0000'.repeat(2 ** 26)),
    () => btoa('x'.repeat(2 ** 28)),
    () => new URL(`http://x/${'%'.repeat(2 ** 26)}`),
    () => encodeURIComponent('\u20ac'.repeat(2 ** 26)),
    () => 'x'.repeat(2 ** 27).replaceAll('x', 'yyyyyyyyyy'),
    () => 'ab'.repeat(2 ** 26).match(/./g),
    () => crypto.getRandomValues(new Uint8Array(2 ** 28)),
  ];
  for (const want of wants) {
    try {
      held.push(want());
      said.push('got it');
    } catch (error) {
      said.push(error.message);
    }
    await null;
  }
  return said.join('\n');
};
