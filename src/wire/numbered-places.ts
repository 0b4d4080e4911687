/** Words that an entry of V8's table takes, and the fewest entries that one has room for. */
const ENTRY_WORDS = 3;
const MIN_ENTRIES = 4;
/** As many times the words of a table may a list take before the table is preferred. */
const LIST_FACTOR = 3;

/**
 * The words that V8 takes for so many members of an object whose keys are numbers, when it reads the object from JSON: it keeps them in a list
 * with a place for each number up to the largest, or in a table where that list would be several times as long.
 */
export function numberedPlaces(members: number, largest: number): number {
  const entries = Math.max(MIN_ENTRIES, 2 ** Math.ceil(Math.log2(members * 1.5)));
  const table = entries * ENTRY_WORDS;
  return largest < LIST_FACTOR * table ? largest + 1 : table;
}
