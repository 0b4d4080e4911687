/**
 * The 32 bits, as a signed integer, that say where in a table a key belongs, by Jenkins's one-at-a-time hash (Dr. Dobb's, September 1997). `seed` should be random and
 * kept secret: whoever cannot guess it cannot send keys that all want the same place.
 */
export function keyHash(key: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < key.length; i++) {
    hash = (hash + key.charCodeAt(i)) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return (hash + (hash << 15)) | 0;
}
