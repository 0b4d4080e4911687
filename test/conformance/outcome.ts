import { messageOf } from '../../src/errors.js';
import { textOf, type Value } from '../../src/values.js';
import { checkExact, checkPartial } from './same-reply.js';

type Vector = Readonly<Record<string, unknown>>;

const FIXED = '_fixed';

/** What a call must come to. One key that ends in `_fixed` replaces everything that is expected of the original. */
export function expectationsOf(call: Vector): Vector {
  const fixed = Object.entries(call).filter(([key]) => key.endsWith(FIXED));
  if (fixed.length === 0) return call;
  return Object.fromEntries(fixed.map(([key, value]) => [key.slice(0, -FIXED.length), value]));
}

/** What came of a call: a reply or the text of an error, and whether there is anything yet. */
export class Outcome {
  isSettled = false;
  reply: Value;
  error: string | undefined;
  /** Resolves when the call has ended, however that is. */
  readonly settled: Promise<void>;

  constructor(call: Promise<Value>) {
    this.settled = call.then(
      (reply) => {
        this.isSettled = true;
        this.reply = reply;
      },
      (error: unknown) => {
        this.isSettled = true;
        this.error = messageOf(error);
      },
    );
  }
}

/** Throws unless the call has come to what is expected. */
export function checkOutcome(outcome: Outcome, expected: Vector): void {
  const wanted = expected['step_error_match'] ?? expected['step_error'];
  if (wanted !== undefined) {
    if (outcome.error?.includes(textOf(wanted)) === true) return;
    throw new Error(`expected an error with "${textOf(wanted)}", got ${outcome.error ?? 'a reply'}`);
  }
  if (outcome.error !== undefined) throw new Error(`expected a reply, got the error: ${outcome.error}`);
  if ('expect' in expected) checkExact(expected['expect'], outcome.reply ?? null);
  if ('expect_partial' in expected) checkPartial(expected['expect_partial'], outcome.reply);
}
