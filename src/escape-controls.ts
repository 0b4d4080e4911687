/** Replaces control characters other than line break and tab by visible escapes, so that foreign text cannot draw on a terminal. */
export function escapeControls(text: string): string {
  let escaped = '';
  for (const character of text) escaped += isControl(character) ? visible(character) : character;
  return escaped;
}

function isControl(character: string): boolean {
  const code = character.charCodeAt(0);
  return (
    (code < 32 && code !== 10 && code !== 9) ||
    (code >= 127 && code <= 159) ||
    code === 0x2028 ||
    code === 0x2029
  );
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
