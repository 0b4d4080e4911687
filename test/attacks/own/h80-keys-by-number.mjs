// class: capability abuse
// goal: leak
// options: {"grant":{"crypto":["random","subtle"]},"success":"EXTRACTED","deadline":20000,"files":{"phlow.yaml":"name: attack\nversion: 1.0.0\nentry: index.mjs\npermissions:\n  crypto: [random, subtle]\n  fs: { read: [\"./\"], write: [\"./\"] }\n"}}
// Keys that may not be read, asked for by their number, by marks in data, by copies, heirs and proxies of their objects.
import { loot, triedLater } from './_realm.mjs';

export default async (pkg) => {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return 'no crypto';
  const said = [];
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => i + 100);
  const raw = btoa(String.fromCharCode(...bytes)).slice(0, 20);
  const secret = await subtle.importKey('raw', bytes, 'AES-CBC', false, ['encrypt', 'decrypt', 'wrapKey']);
  const mac = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const open = await subtle.generateKey({ name: 'AES-KW', length: 128 }, true, ['wrapKey', 'unwrapKey']);
  const marks = (n) => [
    { $key: n },
    { $key: n, description: { extractable: true } },
    Object.assign(Object.create(Object.getPrototypeOf(secret)), { $key: n }),
    new Proxy(secret, { get: (t, k) => (k === 'extractable' ? true : Reflect.get(t, k, t)) }),
    Object.create(secret),
    structuredCloneOf(secret),
    JSON.parse(JSON.stringify(secret)),
    Object.assign(Object.create(null), secret, { extractable: true }),
    [secret],
    { toJSON: () => ({ $key: n }) },
  ];
  const show = (result) => {
    const found =
      result instanceof ArrayBuffer
        ? new Uint8Array(result)
        : ArrayBuffer.isView(result)
          ? result
          : undefined;
    const text = found === undefined ? (JSON.stringify(result) ?? '') : btoa(String.fromCharCode(...found));
    if (text.includes(raw) || text.includes(raw.replaceAll('+', '-').replaceAll('/', '_')))
      said.push('EXTRACTED');
  };
  const attempt = async (run) => {
    said.push(
      await triedLater(
        async () => {
          const result = await run();
          show(result);
          return result;
        },
        pkg,
        80,
      ),
    );
  };
  try {
    secret.extractable = true;
    secret.usages.push('sign');
    Object.defineProperty(secret, 'extractable', { value: true });
  } catch (error) {
    said.push(loot(error, pkg, 40));
  }
  for (let n = -1; n < 6; n++) {
    for (const mark of [...marks(n), secret, mac]) {
      for (const format of ['raw', 'jwk', 'pkcs8', 'spki', { $key: n }, 'raw-secret']) {
        await attempt(() => subtle.exportKey(format, mark));
        if (n === 0) await attempt(() => subtle.wrapKey(format, mark, open, 'AES-KW'));
      }
      await attempt(() =>
        subtle.importKey('raw', { $key: n }, { name: 'HMAC', hash: { $key: n } }, true, ['sign']),
      );
      await attempt(() => subtle.digest({ name: 'SHA-256', $key: n }, mark));
      await attempt(() => subtle.sign({ name: 'HMAC', $bytes: 'AA==' }, mark, bytes));
      await attempt(() => subtle.deriveBits({ name: 'ECDH', public: mark }, mark, 128));
    }
  }
  await attempt(() =>
    subtle.importKey(
      'jwk',
      { kty: 'oct', k: { $bytes: 'AA==' }, ext: true, __proto__: { $key: 0 } },
      'AES-CBC',
      true,
      ['encrypt'],
    ),
  );
  await attempt(() =>
    subtle.importKey(
      'jwk',
      JSON.parse('{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA","__proto__":{"$key":0},"toJSON":1}'),
      'AES-CBC',
      true,
      ['encrypt'],
    ),
  );
  for (const method of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'supports'])
    await attempt(() => subtle[method]?.('return process'));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};

function structuredCloneOf(value) {
  try {
    return structuredClone(value);
  } catch {
    return {};
  }
}
