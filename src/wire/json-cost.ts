/** What a value read from JSON takes of the heap, by what its text shows: roughly, and rather too much. */
const OBJECT_BYTES = 56;
const ARRAY_BYTES = 48;
const MEMBER_BYTES = 8;
const TEXT_BYTES = 32;

/**
 * The most that one message may take. A megabyte of empty objects takes twenty times as much as a megabyte of text, and the garbage collector
 * looks at each of them: beyond this size it keeps its thread for longer than others can be left waiting.
 */
export const MAX_HEAP_BYTES = 192 * 1_048_576;

/** JSON text up to this length cannot take that much: the shortest way to write an object is three characters long. */
const HARMLESS_LENGTH = Math.floor((MAX_HEAP_BYTES * 3) / (OBJECT_BYTES + MEMBER_BYTES));

/** The bytes that JSON with so many parts may take. */
export function heapBytes(objects: number, arrays: number, members: number, texts: number): number {
  return objects * OBJECT_BYTES + arrays * ARRAY_BYTES + members * MEMBER_BYTES + texts * TEXT_BYTES;
}

/** The bytes that a value may take whose JSON text this is; 0 for text that is too short to matter. The text has to be well-formed. */
export function heapBytesOf(text: string): number {
  if (text.length <= HARMLESS_LENGTH) return 0;
  let objects = 0;
  let arrays = 0;
  let members = 0;
  let texts = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      texts++;
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (unit === 0x2c) members++;
    else if (unit === 0x7b) objects++;
    else if (unit === 0x5b) arrays++;
  }
  return heapBytes(objects, arrays, members, texts);
}
