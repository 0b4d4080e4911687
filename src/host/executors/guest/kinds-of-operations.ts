import { UP } from '../../../wire/protocol.js';

/** True for an operation that answers a package. */
export function isAnswer(op: number): boolean {
  return op === UP.reply || op === UP.fault || op === UP.refusal;
}

/** True for what carries text that an error is made of. */
export function isFault(op: number): boolean {
  return (
    op === UP.fault || op === UP.failed || op === UP.mainEnded || op === UP.refusal || op === UP.itemRefused
  );
}

/** True for what asks something of the host. */
export function isQuestion(op: number): boolean {
  return op === UP.event || op === UP.capability || op === UP.capabilityFor;
}
