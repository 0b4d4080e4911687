/** What one line of block-style YAML is made of, as far as that can be seen from the line alone. */
export interface LineShape {
  /** Column of the first character that is not a blank. */
  readonly indent: number;
  /** Columns of the list dashes that start the line. */
  readonly dashes: readonly number[];
  /** Column and text (unquoted) of a mapping key. */
  readonly key: { readonly at: number; readonly name: string } | undefined;
  /** Where the value starts, behind dashes and key; the end of the line when there is none. */
  readonly valueAt: number;
}

/** Takes a line apart. */
export function lineShape(line: string): LineShape {
  let at = skipBlanks(line, 0);
  const indent = at;
  const dashes: number[] = [];
  while (line[at] === '-' && isBlank(line[at + 1])) {
    dashes.push(at);
    at = skipBlanks(line, at + 1);
  }
  const colon = colonAfterKey(line, at);
  if (colon === undefined) return { indent, dashes, key: undefined, valueAt: at };
  const key = { at, name: unquoted(line.slice(at, colon).trimEnd()) };
  return { indent, dashes, key, valueAt: skipBlanks(line, colon + 1) };
}

/** True for a line that holds nothing, or a comment and nothing else. */
export function isIdle(line: string): boolean {
  const text = line.trimStart();
  return text === '' || text.startsWith('#');
}

/** How many blanks a line starts with. */
export function indentOf(line: string): number {
  return skipBlanks(line, 0);
}

/** True when a value says that a block scalar (`|` or `>`) follows on the next lines. */
export function isBlockScalarHeader(value: string): boolean {
  return /^(?:[&!][^\s]+\s+)*[|>][-+0-9]{0,2}(?:\s+#.*|\s*)$/.test(value);
}

/** The end of a quoted scalar that starts at `from`, behind its closing quote; undefined when it goes on below. */
export function quoteEnd(line: string, from: number, quote: string): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\' && quote === '"') at++;
    else if (line[at] === quote) {
      if (quote === "'" && line[at + 1] === "'") at++;
      else return at + 1;
    }
  }
  return undefined;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char === undefined || char === ' ' || char === '\t';
}

function colonAfterKey(line: string, at: number): number | undefined {
  const first = line[at];
  if (first === undefined) return undefined;
  if (first === '"' || first === "'") {
    const end = quoteEnd(line, at + 1, first);
    if (end === undefined) return undefined;
    const colon = skipBlanks(line, end);
    return line[colon] === ':' && isBlank(line[colon + 1]) ? colon : undefined;
  }
  // These start something else: flow collections, tags, anchors, comments, code.
  if ('[]{},#&*!|>%@`'.includes(first)) return undefined;
  for (let colon = line.indexOf(':', at); colon !== -1; colon = line.indexOf(':', colon + 1)) {
    if (!isBlank(line[colon + 1])) continue;
    const comment = line.indexOf(' #', at);
    return comment !== -1 && comment < colon ? undefined : colon;
  }
  return undefined;
}

function unquoted(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1).replaceAll("''", "'");
  if (!key.startsWith('"')) return key;
  try {
    return String(JSON.parse(key));
  } catch {
    // An escape that only YAML knows: such a key is no key that a flow gives a meaning to.
    return key.slice(1, -1);
  }
}
