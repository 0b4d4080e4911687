import type { SourceLocation } from '../code-frame.js';
import { messageOf } from '../errors.js';
import type { RunObserver } from '../flow/engine/observer.js';
import { NONE } from '../flow/engine/none.js';
import { placeOf } from '../flow/source/source-file.js';
import type { Step } from '../flow/plan/plan.js';
import { toValue, type PhsValue } from '../phs/values/value.js';
import type { Value } from '../values.js';

/** Which step an event is about. */
export interface StepInfo {
  /** The step's number in document order, from 0. */
  readonly index: number;
  /** Where it is in the flow, e.g. `steps[2].then[0]`. */
  readonly path: string;
  readonly id: string | undefined;
  readonly label: string | undefined;
  readonly module: string | undefined;
  /** Where it stands in its file; worked out when it is asked for. */
  readonly place: SourceLocation | undefined;
}

/** What happens in a step. */
export type StepEvent = { readonly run: number; readonly step: StepInfo } & (
  | { readonly type: 'entered' }
  /** The condition was computed. */
  | { readonly type: 'asserted'; readonly outcome: boolean }
  /** The step failed; attempt number `attempt` (the first one is 1) follows after `delayMs` milliseconds. */
  | {
      readonly type: 'retried';
      readonly error: unknown;
      readonly attempt: number;
      readonly delayMs: number;
    }
  /** The step ended; `hasOutput` tells an output that is undefined from none. */
  | { readonly type: 'left'; readonly hasOutput: boolean; readonly output: Value }
  | { readonly type: 'failed'; readonly error: unknown }
);

/** Takes the events of steps, in order, while the run waits. What it throws ends nothing and is logged once. */
export type StepListener = (event: StepEvent) => void;

/** Turns what the engine reports into events. */
export function stepEvents(listener: StepListener): RunObserver {
  return {
    entered: (run, step) => listener({ type: 'entered', run, step: infoOf(step) }),
    asserted: (run, step, outcome) => listener({ type: 'asserted', run, step: infoOf(step), outcome }),
    retried: (run, step, error, next) =>
      listener({ type: 'retried', run, step: infoOf(step), error, ...next }),
    left: (run, step, output) => {
      const hasOutput = output !== NONE;
      listener({
        type: 'left',
        run,
        step: infoOf(step),
        hasOutput,
        output: hasOutput ? plainOutput(output) : undefined,
      });
    },
    failed: (run, step, error) => listener({ type: 'failed', run, step: infoOf(step), error }),
  };
}

/** Data as it is; what stands deep inside of it and is no data is not worth a failure of the run. */
function plainOutput(output: PhsValue): Value {
  try {
    return toValue(output);
  } catch (error) {
    return messageOf(error);
  }
}

const INFOS = new WeakMap<Step, StepInfo>();

function infoOf(step: Step): StepInfo {
  const known = INFOS.get(step);
  if (known !== undefined) return known;
  const { document, index } = step;
  const info: StepInfo = {
    index,
    path: document.path,
    id: document.id?.text,
    label: document.label,
    module: document.use?.text,
    get place() {
      return placeOf(document.range);
    },
  };
  INFOS.set(step, info);
  return info;
}
