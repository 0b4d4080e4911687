import { PhlowError } from '../../errors.js';
import { placeOf, type SourceRange } from './source-file.js';

/** One thing wrong with a flow's directives. */
interface Problem {
  readonly message: string;
  readonly range: SourceRange;
}

/** Collects what is wrong with the directives of a flow, so that one run shows all of it. */
export class DirectiveProblems {
  readonly #problems: Problem[] = [];

  add(message: string, range: SourceRange): void {
    this.#problems.push({ message, range });
  }

  /** @throws PHLOW_FLOW_INCLUDE with all problems, placed at the first one. */
  check(path: string): void {
    const [first] = this.#problems;
    if (first === undefined) return;
    const count = this.#problems.length;
    const list = this.#problems.map(({ message }) => message).join('; ');
    throw new PhlowError(
      'PHLOW_FLOW_INCLUDE',
      `Cannot load "${path}": YAML transformation failed with ${count} error(s): ${list}`,
      {
        place: placeOf(first.range),
        details: {
          errors: this.#problems.map(({ message, range }) => ({ message, place: placeOf(range) })),
        },
      },
    );
  }
}
