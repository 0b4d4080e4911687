const ROUNDS = 100_000;

/** About 0.2 ms of integer arithmetic that depends on `seed` (xorshift). */
export default function burn(seed) {
  let state = seed | 0 || 1;
  for (let i = 0; i < ROUNDS; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
