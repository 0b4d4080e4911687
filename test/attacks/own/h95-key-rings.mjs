// class: memory
// goal: dos
// options: {"grant":{"crypto":["random","subtle"]},"deadline":8000,"settle":5000,"files":{"phlow.yaml":"name: attack\nversion: 1.0.0\nentry: index.mjs\npermissions:\n  crypto: [random, subtle]\n"}}
// Keys and requests to cryptography by the hundred thousand, large ones, deep ones, and such as are never awaited.
export default async () => {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return 'no crypto';
  const bytes = new Uint8Array(1 << 20);
  let deep = {};
  for (let i = 0; i < 20_000; i++) deep = { deep };
  let made = 0;
  const end = Date.now() + 5_000;
  while (Date.now() < end) {
    const batch = [];
    for (let i = 0; i < 50; i++)
      batch.push(
        (async () => subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']))(),
        (async () => subtle.digest(deep, bytes))(),
        (async () => subtle.encrypt({ name: 'AES-GCM', iv: bytes, additionalData: bytes }, deep, bytes))(),
      );
    for (const one of await Promise.allSettled(batch)) if (one.status === 'fulfilled') made++;
  }
  return made;
};
