const SPACE = /[ \t\r\n]*/y;
/** All values that are neither texts nor have members. */
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** A part of a text up to what has to be looked at. Not all of a text in one pattern: repeated groups take the stack of the engine. */
// eslint-disable-next-line no-control-regex -- a text of JSON has none of them
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/**
 * Where a text stops being JSON: the position of what does not belong there, or the length of a text that ends too early; undefined for JSON. The
 * parser's own errors repeat the text, and do not always say where.
 */
export function jsonFault(text: string): number | undefined {
  /** The ends of the lists and objects that are open. */
  const open: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const takeSign = (sign: string): boolean => {
    take(SPACE);
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const takeText = (): boolean => {
    if (!takeSign('"')) return false;
    do take(PLAIN);
    while (take(ESCAPE));
    if (text[at] !== '"') return false;
    at++;
    return true;
  };
  const takeKey = (): boolean => open.at(-1) !== '}' || (takeText() && takeSign(':'));
  /** After a value: closes what ends here. True when another value follows, or nothing does. */
  const takeEnd = (): boolean => {
    for (let end = open.at(-1); end !== undefined; end = open.at(-1)) {
      if (takeSign(',')) return takeKey();
      if (!takeSign(end)) return false;
      open.pop();
    }
    take(SPACE);
    return at === text.length;
  };
  do {
    const end = takeSign('[') ? ']' : takeSign('{') ? '}' : undefined;
    if (end !== undefined && !takeSign(end)) {
      open.push(end);
      if (!takeKey()) return at;
      continue;
    }
    if (end === undefined && !(text[at] === '"' ? takeText() : take(SCALAR))) return at;
    if (!takeEnd()) return at;
  } while (open.length > 0);
  return undefined;
}
