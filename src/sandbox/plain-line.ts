const LONGEST = 300;

/**
 * Text of a module as it may stand in a line that a person reads: control characters, line breaks and characters that reorder text are
 * written as escapes, so that it cannot pass for anything else; cut at 300 characters.
 */
export function plainLine(text: string): string {
  const shown = [...text].slice(0, LONGEST).map((character) => {
    const code = character.codePointAt(0) ?? 0;
    return isUnsafe(code) ? `\\u{${code.toString(16)}}` : character;
  });
  return shown.join('') + ([...text].length > LONGEST ? '…' : '');
}

/** Controls, line separators, and the marks of bidirectional text. */
function isUnsafe(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0xfeff
  );
}
