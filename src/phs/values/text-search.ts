/** Below this length of a needle the engine's own search is fast whatever the text is. */
const SHORT = 32;

/**
 * Index of the first occurrence at or after `from`, in UTF-16 units; -1 when there is none. Linear in text and needle: the
 * engine's own search takes their product for needles made to provoke that.
 */
export function findText(text: string, needle: string, from = 0): number {
  if (needle.length <= SHORT) return text.indexOf(needle, from);
  const step = text.indexOf(needle.slice(0, SHORT), from);
  return step === -1 ? -1 : findLong(text, needle, borders(needle), step);
}

/** Where a text is cut at a needle: each pair is the start and the end of an occurrence, from left to right. */
export function* occurrences(text: string, needle: string): Generator<readonly [number, number]> {
  if (needle === '') {
    yield* boundaries(text);
    return;
  }
  const long = needle.length > SHORT ? borders(needle) : undefined;
  let from = 0;
  for (;;) {
    const at = long === undefined ? text.indexOf(needle, from) : findLong(text, needle, long, from);
    if (at === -1) return;
    from = at + needle.length;
    yield [at, from];
  }
}

/** The same, looked for from the end: the rightmost occurrence first. */
export function* occurrencesFromEnd(text: string, needle: string): Generator<readonly [number, number]> {
  if (needle === '') {
    yield* [...boundaries(text)].reverse();
    return;
  }
  for (const [start, end] of occurrences(mirrored(text), mirrored(needle))) {
    yield [text.length - end, text.length - start];
  }
}

/** A text with every occurrence taken out; `onEach` is called for each of them. */
export function without(text: string, needle: string, onEach: () => void): string {
  let out = '';
  let from = 0;
  for (const [start, end] of occurrences(text, needle)) {
    onEach();
    out += text.slice(from, start);
    from = end;
  }
  return out + text.slice(from);
}

/** The empty occurrences before, between and after the code points. */
function* boundaries(text: string): Generator<readonly [number, number]> {
  let at = 0;
  yield [0, 0];
  for (const point of text) {
    at += point.length;
    yield [at, at];
  }
}

function mirrored(text: string): string {
  return text.split('').reverse().join('');
}

/** For each length of a prefix of the needle, how long its longest proper border is (Knuth, Morris and Pratt). */
function borders(needle: string): Int32Array {
  const table = new Int32Array(needle.length + 1);
  table[0] = -1;
  let border = -1;
  for (let i = 0; i < needle.length; i++) {
    while (border >= 0 && needle.charCodeAt(i) !== needle.charCodeAt(border)) border = table[border] ?? -1;
    table[i + 1] = ++border;
  }
  return table;
}

function findLong(text: string, needle: string, table: Int32Array, from: number): number {
  let matched = 0;
  for (let i = from; i < text.length; i++) {
    while (matched >= 0 && text.charCodeAt(i) !== needle.charCodeAt(matched)) matched = table[matched] ?? -1;
    matched++;
    if (matched === needle.length) return i + 1 - matched;
  }
  return -1;
}
