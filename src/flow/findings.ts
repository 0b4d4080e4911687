import type { SourcePlace } from '../code-frame.js';
import { PhlowError, type PhlowErrorCode } from '../errors.js';
import { placeOf, type Spot } from './source/source-file.js';

/** One thing to say about a flow. An error keeps it from running; a warning does not. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: PhlowErrorCode;
  readonly message: string;
  readonly place: SourcePlace | undefined;
}

/** Collects what is to be said about a flow, so that one look shows all of it. */
export class Findings {
  readonly #list: {
    severity: Finding['severity'];
    code: PhlowErrorCode;
    message: string;
    spot: Spot | undefined;
    cause: unknown;
  }[] = [];

  error(
    message: string,
    spot: Spot | undefined,
    cause?: unknown,
    code: PhlowErrorCode = 'PHLOW_FLOW_INVALID',
  ): void {
    this.#list.push({ severity: 'error', code, message, spot, cause });
  }

  warning(message: string, spot: Spot | undefined): void {
    this.#list.push({ severity: 'warning', code: 'PHLOW_FLOW_INVALID', message, spot, cause: undefined });
  }

  /** Everything found, with its places worked out. */
  list(): readonly Finding[] {
    return this.#list.map(({ severity, code, message, spot }) => ({
      severity,
      code,
      message,
      place: placeOf(spot),
    }));
  }

  /** @throws the first error, with all of them in `details.errors`. */
  check(): void {
    const errors = this.#list.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first === undefined) return;
    const rest = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    throw new PhlowError(first.code, `Cannot build the flow: ${first.message}${rest}`, {
      place: placeOf(first.spot),
      cause: first.cause,
      details: { errors: this.list().filter(({ severity }) => severity === 'error') },
    });
  }
}
