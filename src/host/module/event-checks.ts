import { messageOf, PhlowError } from '../../errors.js';
import { isCostly } from '../../manifest/bounded-check.js';
import { boundedRun } from '../../manifest/bounded-run.js';
import { compileSchema } from '../../manifest/compile-schema.js';
import { stepsLeft } from '../../manifest/fuel.js';
import type { EventSchema, Manifest } from '../../manifest/manifest.js';
import { eventSubject } from '../../manifest/manifest-schemas.js';
import { meteredCheck } from '../../manifest/metered-check.js';
import { validatorOf, type Validator, type Violations } from '../../manifest/validator.js';

/** What the check of one event may take on the host's thread: some 4 ms. */
const MAX_STEPS = 400_000;
/** What all checks of a module that can take long may take there in this time, some 8 ms: its events may come one right after the other. */
const MAX_STEPS_IN_WINDOW = 800_000;
const WINDOW_MS = 100;

/** What came of a check: nothing is wrong, what is wrong, or that checks of this module have taken too much for now. */
export type EventVerdict = 'accepted' | 'too much' | Violations;

/** One check, made for the first event of its type: most types are never emitted. */
interface EventCheck {
  readonly isCostly: boolean;
  readonly validate: () => Validator;
}

/**
 * The checks of the events that one manifest declares. Their author may be hostile, and they run on the host's thread: each has an end, and so have all
 * together.
 */
export class EventChecks {
  readonly #checks: ReadonlyMap<string, EventCheck>;
  #windowStart = -Infinity;
  #left = 0;

  constructor({ events }: Pick<Manifest, 'events'>) {
    this.#checks = new Map(Object.entries(events).map(([type, event]) => [type, checkOf(type, event)]));
  }

  /** True for a type that is declared. */
  has(type: unknown): type is string {
    return typeof type === 'string' && this.#checks.has(type);
  }

  /** Checks the data of an event and fills in defaults. */
  check(type: string, data: unknown): EventVerdict {
    const check = this.#checks.get(type);
    const validate = check?.validate();
    if (check === undefined || validate === undefined) return 'accepted';
    return check.isCostly ? this.#checkCostly(validate, data) : (validate(data) ?? 'accepted');
  }

  #checkCostly(validate: Validator, data: unknown): EventVerdict {
    const now = performance.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#left = MAX_STEPS_IN_WINDOW;
    }
    const given = Math.min(MAX_STEPS, this.#left);
    const counted = (): EventVerdict => {
      try {
        return validate(data) ?? 'accepted';
      } finally {
        this.#left -= given - stepsLeft();
      }
    };
    try {
      return boundedRun(counted, given, tooSlow);
    } catch (error) {
      if (given < MAX_STEPS) return 'too much';
      return [{ path: '', keyword: 'timeout', message: messageOf(error) }];
    }
  }
}

function checkOf(type: string, { data, isOptional }: EventSchema): EventCheck {
  const isSlow = isCostly(data);
  let made: Validator | undefined;
  return {
    isCostly: isSlow,
    validate: () => {
      if (made !== undefined) return made;
      const compiled = compileSchema(data);
      const check = isSlow ? meteredCheck(compiled.counted) : compiled.check;
      made = validatorOf(check, data, { subject: eventSubject(type), optional: isOptional });
      return made;
    },
  };
}

function tooSlow(reason: string, cause: unknown): PhlowError {
  const message = `the data cannot be checked: ${reason}; simplify the schema`;
  return new PhlowError('PHLOW_EVENT_INVALID', message, { cause });
}
