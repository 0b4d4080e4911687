import { messageOf } from '../../../src/errors.js';
import { isMap } from '../../../src/values.js';

/** No response came; the message is that of the answer. */
export class RequestFailure extends Error {
  /** The host's own code: whether it was refused, or failed. */
  readonly code: string | undefined;

  constructor(reason: string, code: string | undefined) {
    super(`Request error: ${reason}`);
    this.code = code;
  }
}

/** The host's reason without the URL, which may hold secrets. */
export function failureOf(error: unknown, url: string): RequestFailure {
  const attempt = `Cannot fetch ${url.slice(0, 200)}: `;
  const message = messageOf(error);
  const code = isMap(error) && typeof error['code'] === 'string' ? error['code'] : undefined;
  return new RequestFailure(message.startsWith(attempt) ? message.slice(attempt.length) : message, code);
}
