/** Events that a module may have sent without the host having dealt with them: a module that has no more credit drops what it emits. */
export const EVENT_WINDOW = 256;

/** What the data of one event may hold: an event says that something has happened, results travel as replies and streams. */
const MAX_VALUES = 1_000;
const MAX_CHARACTERS = 16_384;
const MAX_DEPTH = 64;

/** An event on its way to the host. */
export type PostedEvent = readonly [type: string, data: unknown];

/** What is left of the room that one event has. */
interface Room {
  values: number;
  characters: number;
}

/**
 * Why this cannot be the data of an event, as the end of a sentence about it; undefined when it can. Data are what JSON has words for, and `undefined`. Looks at
 * no more than it takes to know: both ends ask, and the host asks about anything.
 */
export function eventObstacle(data: unknown): string | undefined {
  return obstacleIn(data, MAX_DEPTH, { values: MAX_VALUES, characters: MAX_CHARACTERS });
}

function obstacleIn(value: unknown, levels: number, room: Room): string | undefined {
  if (--room.values < 0) return `they hold more than ${MAX_VALUES} values`;
  switch (typeof value) {
    case 'string':
      return withCharacters(value.length, room);
    case 'object':
      break;
    case 'function':
    case 'symbol':
    case 'bigint':
      return `they hold a ${typeof value}, which is no plain data`;
    default:
      return undefined;
  }
  if (value === null) return undefined;
  if (levels === 0) return `they are nested more than ${MAX_DEPTH} levels deep, or in a circle`;
  if (Array.isArray(value)) return inList(value, levels - 1, room);
  // Of whichever realm: the prototype of plain objects is the one that has none itself.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    return 'they hold an instance of a class, which is no plain data';
  return inMap(value as Readonly<Record<string, unknown>>, levels - 1, room);
}

function inList(list: readonly unknown[], levels: number, room: Room): string | undefined {
  if (list.length > room.values) return `they hold more than ${MAX_VALUES} values`;
  for (const item of list) {
    const found = obstacleIn(item, levels, room);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inMap(map: Readonly<Record<string, unknown>>, levels: number, room: Room): string | undefined {
  // A loop over names, not a list of them: there may be a million.
  for (const key in map) {
    const found = withCharacters(key.length, room) ?? obstacleIn(map[key], levels, room);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withCharacters(length: number, room: Room): string | undefined {
  room.characters -= length;
  return room.characters < 0 ? `they hold more than ${MAX_CHARACTERS} characters` : undefined;
}
