/** A longer copy of an array of slot numbers; the new places hold 0. */
export function grow(array: Uint32Array, length: number): Uint32Array {
  const longer = new Uint32Array(length);
  longer.set(array);
  return longer;
}
