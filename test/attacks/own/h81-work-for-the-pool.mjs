// class: survival
// goal: dos
// options: {"grant":{"crypto":["random","subtle"]},"deadline":3000,"wait":500,"settle":6000,"files":{"phlow.yaml":"name: attack\nversion: 1.0.0\nentry: index.mjs\npermissions:\n  crypto: [random, subtle]\n"}}
// Cryptography that takes minutes, many times over: the threads that do it are those that the host reads files with.
export default async () => {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return 'no crypto';
  const key = await subtle
    .importKey('raw', new Uint8Array(16), 'PBKDF2', false, ['deriveBits'])
    .catch(() => undefined);
  const big = new Uint8Array(64 * 1024 * 1024);
  for (let i = 0; i < 64; i++) {
    if (key)
      void subtle
        .deriveBits(
          { name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(16), iterations: 2 ** 31 - 1 },
          key,
          4_096,
        )
        .catch(() => undefined);
    void subtle
      .generateKey(
        {
          name: 'RSA-PSS',
          modulusLength: 16_384,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-512',
        },
        true,
        ['sign'],
      )
      .catch(() => undefined);
    if (i < 4) void subtle.digest('SHA-512', big).catch(() => undefined);
  }
  for (let i = 0; i < 200; i++) crypto.getRandomValues(new Uint8Array(65_536));
  try {
    crypto.getRandomValues(new Uint8Array(1e9));
  } catch {
    /* More than the quota. */
  }
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return 'done';
};
