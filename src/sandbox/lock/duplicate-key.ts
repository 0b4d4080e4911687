import type { Pace } from '../snapshot/list-tree.js';

/** What a text in quotes stops at. One pattern for all of it would run out of stack where millions of signs are escaped. */
const STOP = /["\\]/g;

/** This many signs take less than a slice of time. */
const SIGNS_AT_ONCE = 1_000;

/** A key of an object that stands in it twice. */
export interface DuplicateKey {
  /** As it is written, quotes included. */
  readonly text: string;
  readonly offset: number;
}

/**
 * The first key that an object of a JSON text has twice; undefined when there is none. Parsers take the last of two equal keys and say nothing. One
 * pass, whatever the text holds, which must be JSON; others have their turns meanwhile.
 */
export async function duplicateKey(
  json: string,
  pace: Pick<Pace, 'step'>,
): Promise<DuplicateKey | undefined> {
  const open: Set<string>[] = [];
  let signs = 0;
  let [from, to] = [0, 0];
  // Of this call alone: it keeps its place while other lock files are read.
  const pattern = /["{}[\]:]/g;
  for (let found = pattern.exec(json); found !== null; found = pattern.exec(json)) {
    const { 0: sign, index } = found;
    if (++signs % SIGNS_AT_ONCE === 0) await pace.step();
    // A list has no keys; its set stays empty.
    if (sign === '{' || sign === '[') open.push(new Set());
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      [from, to] = [index, endOfText(json, index)];
      pattern.lastIndex = to;
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
