/** Edit distance with swaps of neighbours counted once; gives up above `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? most + 1;
}

/** A shorter beginning of a word says little. */
const MIN_STUB = 3;

/** The known name that `name` was most likely meant to be, or undefined when none is near enough. */
function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  const most = wanted.length <= 3 ? 1 : wanted.length <= 6 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = most + 1;
  const longer: string[] = [];
  for (const candidate of known) {
    if (wanted.length >= MIN_STUB && candidate.toLowerCase().startsWith(wanted)) longer.push(candidate);
    const d = distance(wanted, candidate.toLowerCase(), most);
    if (d < bestDistance && d < Math.max(wanted.length, candidate.length)) {
      best = candidate;
      bestDistance = d;
    }
  }
  // A word that was cut short, where it could be no other.
  return best ?? (longer.length === 1 ? longer[0] : undefined);
}

/** `: found "x"` for the unknown key that was most likely meant to be `wanted`, or nothing. Meant to be appended to a message. */
export function foundInstead(wanted: string, keys: Iterable<string>, known: ReadonlySet<string>): string {
  const near = nearest(
    wanted,
    [...keys].filter((key) => !known.has(key)),
  );
  return near === undefined ? '' : `: found "${near}"`;
}

/** ` Did you mean "x"?`, or nothing. Meant to be appended to a message. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const best = nearest(name, known);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}

/** As `didYouMean`, for names of modules: one with a scope (`@acme/greet`) may be meant without it. */
export function didYouMeanModule(name: string, known: Iterable<string>): string {
  const names = new Map<string, string>();
  for (const one of known) {
    names.set(one, one);
    const short = one.replace(/^@[^/]*\//, '');
    if (!names.has(short)) names.set(short, one);
  }
  const best = names.get(nearest(name, names.keys()) ?? '');
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}
