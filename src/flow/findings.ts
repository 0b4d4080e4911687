import type { SourcePlace } from '../code-frame.js';
import type { UnknownName } from '../phs/program.js';
import { isPhlowError, PhlowError, type PhlowErrorCode } from '../errors.js';
import { placeOf, type Spot } from './source/source-file.js';

/** One thing to say about a flow. An error keeps it from running; a warning does not. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: PhlowErrorCode;
  readonly message: string;
  readonly place: SourcePlace | undefined;
}

interface Kept extends Omit<Finding, 'place'> {
  readonly spot: Spot | undefined;
  readonly cause: unknown;
  /** Where it is, when that is known better than by the spot of the value. */
  readonly within?: SourcePlace;
}

/** Collects what is to be said about a flow, so that one look shows all of it. */
export class Findings {
  readonly #list: Kept[] = [];

  error(message: string, spot: Spot | undefined, cause?: unknown): void {
    this.#list.push({ severity: 'error', code: 'PHLOW_FLOW_INVALID', message, spot, cause });
  }

  warning(message: string, spot: Spot | undefined): void {
    this.#list.push({ severity: 'warning', code: 'PHLOW_FLOW_INVALID', message, spot, cause: undefined });
  }

  /** Warns of the names in the code of a value that no variable has. */
  unknownNames(names: readonly UnknownName[]): void {
    for (const { name, hint, place } of names) {
      const message = `no variable "${name}" is in sight here.${hint}`;
      const code = 'PHLOW_FLOW_INVALID';
      this.#list.push({
        severity: 'warning',
        code,
        message,
        spot: undefined,
        cause: undefined,
        within: place,
      });
    }
  }

  /** Everything found, with its places worked out. */
  list(): readonly Finding[] {
    return this.#list.map((kept) => {
      const { severity, code, message } = kept;
      return { severity, code, message, place: placeIn(kept) };
    });
  }

  /** @throws the first error, with all of them in `details.errors`. */
  check(): void {
    const errors = this.#list.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first === undefined) return;
    const rest = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    throw new PhlowError(first.code, `Cannot build the flow: ${first.message}${rest}`, {
      place: placeIn(first),
      cause: first.cause,
      details: { errors: this.list().filter(({ severity }) => severity === 'error') },
    });
  }
}

/** An error in code knows better where it is than the value that holds the code. */
function placeIn({ spot, cause, within }: Kept): SourcePlace | undefined {
  return (isPhlowError(cause) ? cause.place : undefined) ?? within ?? placeOf(spot);
}
