const SIGN = /["{}[\]:]/g;
/** What a text in quotes stops at. One pattern for all of it would run out of stack where millions of signs are escaped. */
const STOP = /["\\]/g;

/** A key of an object that stands in it twice. */
export interface DuplicateKey {
  /** As it is written, quotes included. */
  readonly text: string;
  readonly offset: number;
}

/**
 * The first key that an object of a JSON text has twice; undefined when there is none. Parsers take the last of two equal keys and say nothing. One
 * pass, whatever the text holds, which must be JSON.
 */
export function duplicateKey(json: string): DuplicateKey | undefined {
  const open: Set<string>[] = [];
  let [from, to] = [0, 0];
  SIGN.lastIndex = 0;
  for (let found = SIGN.exec(json); found !== null; found = SIGN.exec(json)) {
    const { 0: sign, index } = found;
    // A list has no keys; its set stays empty.
    if (sign === '{' || sign === '[') open.push(new Set());
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      [from, to] = [index, endOfText(json, index)];
      SIGN.lastIndex = to;
    } else {
      const last = { text: json.slice(from, to), offset: from };
      // Two spellings with and without escapes are one key.
      const key = String(JSON.parse(last.text));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return last;
      keys?.add(key);
    }
  }
  return undefined;
}

/** Where a text ends that begins at `start`, both with their quotes. */
function endOfText(json: string, start: number): number {
  STOP.lastIndex = start + 1;
  for (;;) {
    const stop = STOP.exec(json);
    if (stop === null) return json.length;
    if (stop[0] === '"') return stop.index + 1;
    STOP.lastIndex = stop.index + 2;
  }
}
