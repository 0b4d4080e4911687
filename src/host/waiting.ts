import { PhlowError, type PhlowErrorCode } from '../errors.js';
import { Timer } from '../timer.js';

/** The promise's outcome, or a coded error when it has not settled after `ms` milliseconds. The timer never outlives the wait. */
export async function within<T>(
  ms: number,
  promise: Promise<T>,
  code: PhlowErrorCode,
  message: string,
): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = new Timer(ms, () => reject(new PhlowError(code, message, { details: { afterMs: ms } })));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer?.clear();
  }
}
