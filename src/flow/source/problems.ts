import { PhlowError } from '../../errors.js';
import { placeOf, type Spot } from './source-file.js';

/** One thing wrong with a flow's directives. */
interface Problem {
  readonly message: string;
  readonly spot: Spot;
}

/** Collects what is wrong with the directives of a flow, so that one run shows all of it. */
export class DirectiveProblems {
  readonly #problems: Problem[] = [];

  add(message: string, spot: Spot): void {
    this.#problems.push({ message, spot });
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
        place: placeOf(first.spot),
        details: {
          errors: this.#problems.map(({ message, spot }) => ({ message, place: placeOf(spot) })),
        },
      },
    );
  }
}
