import { errorCode, PhlowError } from '../../errors.js';

/** The refusal of something that was not granted; `reason` follows the colon. */
export function denied(
  attempt: string,
  reason: string,
  details: Readonly<Record<string, unknown>> = {},
): PhlowError {
  return new PhlowError('PHLOW_PERMISSION_DENIED', `Cannot ${attempt}: ${reason}`, { details });
}

/** Something that was granted and did not work out. The cause stays on the host: its text may hold real paths. */
export function failed(
  attempt: string,
  reason: string,
  cause?: unknown,
  details: Readonly<Record<string, unknown>> = {},
): PhlowError {
  return new PhlowError('PHLOW_CAPABILITY_FAILED', `Cannot ${attempt}: ${reason}`, { cause, details });
}

/** The failure of a system call in words that name nothing of the machine; `details.errno` is the system's own name for it. */
export function failedWith(attempt: string, error: unknown): PhlowError {
  if (error instanceof PhlowError) return error;
  const code = errorCode(error);
  const isPlain = /^[A-Z0-9_]{2,40}$/.test(code);
  const reason = REASONS[code] ?? (isPlain ? code : 'the system refused');
  return failed(attempt, reason, error, isPlain ? { errno: code } : {});
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'the system denies it',
  EPERM: 'the system denies it',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved',
};
