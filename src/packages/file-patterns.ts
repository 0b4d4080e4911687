/** Tells which paths a list of patterns names, as the `files` of a package.json does. */
export type PathMatch = (path: string) => boolean;

/** What these patterns do not know: npm reads them in its own way, and to guess could pack what nobody meant. */
const UNKNOWN = /[[\]{}()\\]|^!!/;

/** The first pattern that is of another kind than `matcherOf` reads. */
export function unknownPattern(patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) => pattern.trim() === '' || UNKNOWN.test(pattern));
}

/**
 * Reads patterns in their order: a file, a folder with all that is in it, `*`, `?` and `**`; behind `!`, what is left out again. All begin at the
 * folder of the package.
 */
export function matcherOf(patterns: readonly string[]): PathMatch {
  const rules = patterns.map((pattern) => {
    const isOut = pattern.startsWith('!');
    return { isOut, matches: expressionOf(isOut ? pattern.slice(1) : pattern) };
  });
  return (path) => rules.reduce((isIn, { isOut, matches }) => (matches.test(path) ? !isOut : isIn), false);
}

function expressionOf(pattern: string): RegExp {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  const source = names
    .map((name, at) => {
      const isLast = at === names.length - 1;
      if (name === '**') return isLast ? '.*' : '(?:[^/]+/)*';
      const text = name
        .replace(/[.+^$|]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]');
      return isLast ? text : `${text}/`;
    })
    .join('');
  // A folder stands for all that is in it; the folder of the package, written as ".", for everything.
  return names.length === 0 ? /^/ : new RegExp(`^${source}(?:/|$)`, 'u');
}
