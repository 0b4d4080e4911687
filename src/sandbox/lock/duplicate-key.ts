const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

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
  let last = { text: '', offset: 0 };
  for (const { 0: text, index } of json.matchAll(TOKEN)) {
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
