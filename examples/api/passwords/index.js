import { createStep } from 'phlow/sdk';

/** As OWASP recommends for PBKDF2 with SHA-512. */
const ITERATIONS = 210_000;
const SALT_BYTES = 16;
const KEY_BITS = 256;

/** The work for an account that does not exist: it takes as long as for one that does, so that nobody finds out which names exist. */
const NOBODY = {
  iterations: ITERATIONS,
  salt: new Uint8Array(SALT_BYTES),
  key: new Uint8Array(KEY_BITS / 8),
};

export default createStep(async ({ input: { action, password, hash } }) => {
  if (action === 'hash') {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    return { hash: `${ITERATIONS}.${toHex(salt)}.${toHex(await derive(password, salt, ITERATIONS))}` };
  }
  const known = hash === undefined || hash === null ? NOBODY : parse(hash);
  const key = await derive(password, known.salt, known.iterations);
  return { valid: isEqual(key, known.key) && known !== NOBODY };
});

async function derive(password, salt, iterations) {
  const text = new TextEncoder().encode(password.normalize('NFC'));
  const key = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, KEY_BITS));
}

/** Takes the same time wherever the first difference is. */
function isEqual(a, b) {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

function parse(hash) {
  const [, iterations, salt, key] = /^(\d{1,7})\.([0-9a-f]{32})\.([0-9a-f]{64})$/.exec(hash) ?? [];
  if (key === undefined) throw new Error('The hash is not one that this module makes');
  return { iterations: Number(iterations), salt: fromHex(salt), key: fromHex(key) };
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
}
