/** A global of Jest's takes long to be looked up. */
const { imul } = Math;
const PRIME = 0x9e3779b1;
const HASH_BITS = 13;
const MAX_VALUES = 100;

/** So many short texts, each another, for which a hash that everybody can compute has a hundred values only. */
export function fewForPlainHash(count: number): string[] {
  const found: string[] = [];
  for (let i = 0; found.length < count; i++) {
    const text = i.toString(36).padStart(5, '0');
    let hash = 0;
    for (let at = 0; at < text.length; at++) hash = imul(hash + text.charCodeAt(at), PRIME);
    if (hash >>> (32 - HASH_BITS) < MAX_VALUES) found.push(text);
  }
  return found;
}
