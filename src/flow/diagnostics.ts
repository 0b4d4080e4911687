import type { SourceLocation } from '../code-frame.js';
import type { UnknownName } from '../phs/program.js';
import { isPhlowError, PhlowError, type PhlowErrorCode } from '../errors.js';
import { placeOf, type SourceRange } from './source/source-file.js';

/** One thing to say about a flow. An error keeps it from running; a warning does not. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: PhlowErrorCode;
  readonly message: string;
  readonly place: SourceLocation | undefined;
}

interface Kept extends Omit<Diagnostic, 'place'> {
  readonly range: SourceRange | undefined;
  readonly cause: unknown;
  /** A value that stands there is a secret. */
  readonly isSecret?: boolean;
  /** Where it is, when that is known better than by the range of the value. */
  readonly within?: SourceLocation;
}

/** Collects what is to be said about a flow, so that one look shows all of it. */
export class Diagnostics {
  readonly #list: Kept[] = [];

  error(message: string, range: SourceRange | undefined, cause?: unknown): void {
    this.#list.push({ severity: 'error', code: 'PHLOW_FLOW_INVALID', message, range, cause });
  }

  /** A value that breaks a schema, at its own range where that is known. */
  broken(
    message: string,
    { range, isSecret }: { readonly range: SourceRange | undefined; readonly isSecret: boolean },
    around: SourceRange | undefined,
  ): void {
    const code = 'PHLOW_FLOW_INVALID';
    this.#list.push({ severity: 'error', code, message, range: range ?? around, cause: undefined, isSecret });
  }

  /** What would keep a module of the flow from being loaded, with its own code. */
  refused({ code, message, place, cause }: PhlowError, range: SourceRange | undefined): void {
    this.#list.push({
      severity: 'error',
      code,
      message,
      range,
      cause,
      ...(place === undefined ? {} : { within: place }),
    });
  }

  warning(message: string, range: SourceRange | undefined): void {
    this.#list.push({ severity: 'warning', code: 'PHLOW_FLOW_INVALID', message, range, cause: undefined });
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
        range: undefined,
        cause: undefined,
        within: place,
      });
    }
  }

  /** Everything found, with its places worked out. */
  list(): readonly Diagnostic[] {
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
function placeIn({ range, cause, within, isSecret }: Kept): SourceLocation | undefined {
  return within ?? (isPhlowError(cause) ? cause.place : undefined) ?? placeOf(range, isSecret);
}
