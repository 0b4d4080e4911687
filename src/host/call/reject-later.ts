/**
 * A promise that rejects in a later turn of the event loop. A caller who tries again at once, over and over, would otherwise keep replies,
 * exits and timers from ever coming in.
 */
export function rejectLater(error: unknown): Promise<never> {
  return new Promise((_, reject) => setImmediate(reject, error));
}
