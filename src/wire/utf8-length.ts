/** The most bytes of UTF-8 that a frame may have for each character that it may have: the text of a frame is put together in one piece. */
export const FRAME_BYTES_PER_CHARACTER = 1.5;

/** Whatever has more than one byte, and some of what has one: the engine looks for it several times as fast as a loop does. */
const NOT_PLAIN = /[^ -~]/;

/** The bytes of a text as UTF-8; half a surrogate pair counts as the three of U+FFFD. Code of ours, since it runs in guests as well. */
export function utf8Length(text: string): number {
  if (!NOT_PLAIN.test(text)) return text.length;
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    // Two units of a pair are four bytes; a lone half is three.
    else if (isLead(unit) && isTrail(text.charCodeAt(at + 1))) {
      length += 2;
      at += 1;
    } else length += 2;
  }
  return length;
}

/** True for the first half of a surrogate pair. */
export function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** True for the second half of a surrogate pair. */
export function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
