type Version = readonly [major: number, minor: number, patch: number];
type Bound = (version: Version) => boolean;

const PARTIAL = /^v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*])(?:[-+][\w.+-]+)?)?)?$/;
const COMPARATOR = /^(>=|<=|>|<|=|\^|~)?\s*(\S+)$/;

/**
 * True when `version` lies in `range`: comparators as npm writes them (`>=20.19 <25`, `^1.2.3`, `~1.2`, `1.x`, `*`), joined by blanks (and) or
 * `||` (or). The pre-release part of a version is left out of the comparison.
 */
export function satisfies(version: string, range: string): boolean {
  const exact = numbersOf(version);
  const choices = parseRange(range);
  if (exact === undefined || choices === undefined) return false;
  return choices.some((bounds) => bounds.every((bound) => bound(exact)));
}

/** True for a range that `satisfies` understands. */
export function isVersionRange(range: string): boolean {
  return parseRange(range) !== undefined;
}

function parseRange(range: string): Bound[][] | undefined {
  const choices: Bound[][] = [];
  for (const choice of range.split('||')) {
    const bounds: Bound[] = [];
    // An operator may stand apart from its version: `>= 20`.
    const words = choice
      .replaceAll(/(>=|<=|>|<|=|\^|~)\s+/g, '$1')
      .trim()
      .split(/\s+/);
    for (const word of words) {
      const bound = parseComparator(word);
      if (bound === undefined) return undefined;
      bounds.push(bound);
    }
    choices.push(bounds);
  }
  return choices;
}

function parseComparator(word: string): Bound | undefined {
  const [, operator = '', text = ''] = COMPARATOR.exec(word) ?? [];
  const given = givenParts(text);
  if (given === undefined) return undefined;
  const low: Version = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0];
  // The first version beyond everything that the written parts stand for: 1.2 ends at 1.3.0, and * has no end.
  const end = given.length === 0 ? undefined : raised(low, given.length - 1);
  switch (operator) {
    case '>=':
      return (version) => order(version, low) >= 0;
    case '<':
      return (version) => order(version, low) < 0;
    case '>':
      return (version) => end !== undefined && order(version, end) >= 0;
    case '<=':
      return (version) => end === undefined || order(version, end) < 0;
    case '^':
      return within(low, given.length === 0 ? undefined : raised(low, caretPart(given)));
    case '~':
      return within(low, given.length === 0 ? undefined : raised(low, Math.min(1, given.length - 1)));
    default:
      return within(low, end);
  }
}

/** The numbers that are written before the first wildcard; undefined when the text is no version. */
function givenParts(text: string): number[] | undefined {
  const match = PARTIAL.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1, 4).flatMap((part: string | undefined) => part ?? []);
  const wild = parts.findIndex((part) => /[xX*]/.test(part));
  return (wild === -1 ? parts : parts.slice(0, wild)).map(Number);
}

/** What a caret holds still: the first number that is not zero, else the last one written. */
function caretPart(given: readonly number[]): number {
  const first = given.findIndex((part) => part > 0);
  return first === -1 ? given.length - 1 : first;
}

function raised(version: Version, part: number): Version {
  if (part === 0) return [version[0] + 1, 0, 0];
  if (part === 1) return [version[0], version[1] + 1, 0];
  return [version[0], version[1], version[2] + 1];
}

function within(low: Version, end: Version | undefined): Bound {
  return (version) => order(version, low) >= 0 && (end === undefined || order(version, end) < 0);
}

function order(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function numbersOf(version: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return [Number(major), Number(minor), Number(patch)];
}
