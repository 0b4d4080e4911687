import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import type { PhsValue } from '../../phs/values/value.js';
import { isAboutSecret } from '../../redaction.js';
import { stepName } from '../document/step-keys.js';
import type { Step } from '../plan/plan.js';
import { placeOf, type SourceRange } from '../source/source-file.js';

/** Thrown inside a step. The message says which part of the step failed, in the original's words (docs/spec/flow.md 13). */
export class StepProblem extends Error {
  readonly range: SourceRange | undefined;

  constructor(message: string, cause?: unknown, range?: SourceRange) {
    super(message, cause === undefined ? undefined : { cause });
    this.range = range;
  }
}

/** What a step that failed for good rejects the run with. A failure from inside its own bodies is passed on as it is. */
export function stepFailed(step: Step, error: unknown): PhlowError {
  if (isPhlowError(error) && error.code === 'PHLOW_FLOW_STEP_FAILED') return error;
  const cause: unknown = error instanceof StepProblem ? error.cause : error;
  const { document } = step;
  const place = isPhlowError(cause) && cause.place !== undefined ? cause.place : undefined;
  const range = (error instanceof StepProblem ? error.range : undefined) ?? document.range;
  return new PhlowError(
    'PHLOW_FLOW_STEP_FAILED',
    `Cannot finish ${stepName(document)}: Pipeline error: Step worker error: ${messageOf(error)}`,
    {
      cause,
      place: place ?? placeOf(range, isAboutSecret(cause)),
      details: {
        step: document.path,
        index: step.index,
        id: document.id?.text ?? null,
        label: document.label ?? null,
        code: isPhlowError(cause) ? cause.code : null,
      },
    },
  );
}

/** The failure of a step that worked on one item of a for_each, which it names. `details.items` are the indexes, outermost first. */
export function inItem(index: number, error: unknown): unknown {
  if (!isPhlowError(error) || error.code !== 'PHLOW_FLOW_STEP_FAILED') return error;
  const { items } = error.details;
  return new PhlowError(error.code, `${error.message} (at item ${index} of for_each)`, {
    cause: error.cause,
    place: error.place,
    details: { ...error.details, items: [index, ...(Array.isArray(items) ? (items as unknown[]) : [])] },
  });
}

/** Why the run ended in the middle of a step, with the step's place. */
export function interrupted({ document }: Step, reason: PhlowError): PhlowError {
  if (reason.place !== undefined) return reason;
  return new PhlowError(reason.code, `${reason.message} (in ${stepName(document)})`, {
    cause: reason.cause,
    place: placeOf(document.range, isAboutSecret(reason)),
    details: { ...reason.details, step: document.path },
  });
}

/** What expressions of an `on_error` branch see as `error`. */
export function errorValue(step: Step, error: unknown): PhsValue {
  const cause: unknown = error instanceof StepProblem ? (error.cause ?? error) : error;
  const { document } = step;
  return {
    message: messageOf(cause),
    code: isPhlowError(cause) ? cause.code : 'PHLOW_FLOW_STEP_FAILED',
    text: messageOf(error),
    step: document.id?.text ?? document.label ?? document.path,
    module: document.use?.text ?? null,
  };
}
