/** Control characters but line break and tab, line separators, and the marks that change the order in which text is shown. */
const UNSAFE = /[^\P{Cc}\n\t]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Replaces control characters other than line break and tab by visible escapes, so that foreign text cannot draw on a terminal. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, visible);
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
