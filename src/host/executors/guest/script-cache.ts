/** What V8 made of the guest's script, by kind of container: flags decide whether it fits. It halves the time that a realm takes to lock. */
const caches = new Map<string, Uint8Array>();

/** The cache for containers of a kind; undefined when none was made yet. */
export function cachedScript(kind: string): Uint8Array | undefined {
  return caches.get(kind);
}

/** Keeps what the first guest of a kind has sent before any module was loaded into it. */
export function keepCache(kind: string, base64: string): void {
  if (!caches.has(kind)) caches.set(kind, Buffer.from(base64, 'base64'));
}
