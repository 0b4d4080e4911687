/* The characters of JSON text that decide how it is read, as UTF-16 units. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;
export const COLON = 0x3a;
export const LARGE_E = 0x45;
export const OPEN_ARRAY = 0x5b;
export const ESCAPE = 0x5c;
export const CLOSE_ARRAY = 0x5d;
export const LETTER_A = 0x61;
export const LETTER_E = 0x65;
export const LETTER_U = 0x75;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** True for a decimal digit. */
export function isDigit(unit: number): boolean {
  return unit >= DIGIT_0 && unit <= DIGIT_9;
}
