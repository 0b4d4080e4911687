import { isPhlowError, type PhlowErrorCode } from '../../errors.js';

/** How a module has broken what its manifest promises. */
export type FuzzProblemKind = 'crash' | 'hang' | 'reply' | 'error' | 'refusal';

/** What went wrong with the last call of a sequence. */
export interface FuzzProblem {
  readonly kind: FuzzProblemKind;
  readonly code: PhlowErrorCode;
  readonly message: string;
}

/** What a call came to that broke nothing. */
export type FuzzOutcome =
  /** It was answered, with a reply that the manifest allows. */
  | 'answered'
  /** It was refused before the module saw it. */
  | 'refused'
  /** The manifest does not allow it, and the module's own `invalid` has answered. */
  | 'declined'
  /** The module threw, and that is allowed. */
  | 'failed';

const HANGS: readonly PhlowErrorCode[] = ['PHLOW_CALL_TIMED_OUT', 'PHLOW_MODULE_HUNG'];
const CRASHES: readonly PhlowErrorCode[] = [
  'PHLOW_MODULE_CRASHED',
  'PHLOW_MODULE_DOWN',
  'PHLOW_WIRE_VIOLATION',
];
const REPLIES: readonly PhlowErrorCode[] = [
  'PHLOW_OUTPUT_INVALID',
  'PHLOW_REPLY_UNCLONABLE',
  'PHLOW_REPLY_TOO_LARGE',
];
/** A value that the manifest allows may still be too much to send. */
const NOT_SENT: readonly PhlowErrorCode[] = ['PHLOW_INPUT_UNCLONABLE', 'PHLOW_INPUT_TOO_LARGE'];

/** Judges a call that was answered. */
export function judgeReply(isValid: boolean): FuzzOutcome {
  return isValid ? 'answered' : 'declined';
}

/** Judges a call that was rejected. What is none of the module's doing is thrown on. */
export function judgeError(error: unknown, isValid: boolean, mayFail: boolean): FuzzOutcome | FuzzProblem {
  if (!isPhlowError(error)) throw error;
  const { code, message } = error;
  if (code === 'PHLOW_HOST_CLOSED' || code === 'PHLOW_CALL_CANCELLED') throw error;
  const problem = (kind: FuzzProblemKind): FuzzProblem => ({ kind, code, message });
  if (NOT_SENT.includes(code)) return 'refused';
  if (code === 'PHLOW_INPUT_INVALID') return isValid ? problem('refusal') : 'refused';
  if (HANGS.includes(code)) return problem('hang');
  if (CRASHES.includes(code)) return problem('crash');
  if (REPLIES.includes(code)) return problem('reply');
  return mayFail ? 'failed' : problem('error');
}

/** A module that has ended without a call in flight. */
export function endedProblem(module: string, state: string): FuzzProblem {
  const message = `Module "${module}" is ${state} after the last call: it has ended by itself`;
  return { kind: 'crash', code: 'PHLOW_MODULE_CRASHED', message };
}
