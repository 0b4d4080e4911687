import type { Context } from './registry.js';

const ANY_RUN = '%';
const ANY_ONE = '_';

/**
 * True when the whole text is like the pattern: `%` is any run of characters, `_` any one, neither crosses a line break
 * (docs/spec/phs.md 11.1). Needs no memory: when something fits nowhere, only the last `%` before it can have been too short.
 */
export function isLike(context: Context, text: string, pattern: string, ignoresCase: boolean): boolean {
  // Folding looks up two cases of each character.
  context.charge(ignoresCase ? 2 * (text.length + pattern.length) : (text.length + pattern.length) >> 1);
  const given = pointsOf(text, ignoresCase);
  const wanted = pointsOf(pattern, ignoresCase);
  let at = 0;
  let next = 0;
  /** Where the last `%` stands, and what follows it was tried last. */
  let run = -1;
  let tried = 0;
  let turns = 0;
  while (at < given.length || next < wanted.length) {
    if ((++turns & 15) === 0) context.charge(1);
    const sign = wanted[next];
    if (sign === ANY_RUN) {
      run = next++;
      tried = at;
    } else if (at < given.length && (sign === given[at] || (sign === ANY_ONE && given[at] !== '\n'))) {
      at++;
      next++;
    } else if (run >= 0 && tried < given.length && given[tried] !== '\n') {
      at = ++tried;
      next = run + 1;
    } else {
      return false;
    }
  }
  return true;
}

function pointsOf(text: string, ignoresCase: boolean): readonly string[] {
  return ignoresCase ? Array.from(text, folded) : [...text];
}

/** The character that stands for all its cases. */
function folded(point: string): string {
  // Its capital is I, but in no language of Unicode's common folding are the two the same letter.
  if (point === 'ı') return point;
  return oneOr(point, oneOr(point, point.toUpperCase()).toLowerCase());
}

function oneOr(point: string, mapped: string): string {
  return [...mapped].length === 1 ? mapped : point;
}
