/** Pairs `key=value` behind an `!include` path: quoted values may hold blanks (spec/flow.md 4.1). */
const PAIR = /([A-Za-z0-9_]+)=(?:'([^']*)'|"([^"]*)"|(\S*))/g;

/** Reads the argument text of an `!include`; whatever is not a pair is skipped. */
export function includeArguments(text: string): ReadonlyMap<string, string> {
  const args = new Map<string, string>();
  for (const [, key = '', single, double, bare] of text.matchAll(PAIR)) {
    args.set(key, single ?? double ?? bare ?? '');
  }
  return args;
}
