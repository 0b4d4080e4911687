import type { Pace } from '../snapshot/list-tree.js';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** So many tokens take less than a slice of time. */
const TOKENS_AT_ONCE = 1_000;

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
  let last = { text: '', offset: 0 };
  let tokens = 0;
  for (const { 0: text, index } of json.matchAll(TOKEN)) {
    if (++tokens % TOKENS_AT_ONCE === 0) await pace.step();
    // A list has no keys; its set stays empty.
    if (text === '{' || text === '[') open.push(new Set());
    else if (text === '}' || text === ']') open.pop();
    else if (text !== ':') last = { text, offset: index };
    else {
      // Two spellings with and without escapes are one key.
      const key = String(JSON.parse(last.text));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return last;
      keys?.add(key);
    }
  }
  return undefined;
}
