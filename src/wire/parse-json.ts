import { endOfText, HiddenClasses } from './hidden-classes.js';
import { CLOSE_OBJECT, COLON, OPEN_OBJECT, QUOTE } from './json-characters.js';
import { ObjectTable } from './object-of.js';

/** Each thread has one heap, and its objects share their classes, so there is one of these; none where nothing is read. */
let classes: HiddenClasses | undefined;

/** As JSON.parse, but where the objects of the text would need too many hidden classes of V8's they are made as tables. */
export function parseWithFewClasses(text: string): unknown {
  classes ??= new HiddenClasses();
  const mayHaveClasses = !classes.isLookedAt(text.length) || classes.admits(text);
  return mayHaveClasses ? (JSON.parse(text) as unknown) : parseIntoTables(text);
}

/** A container that is being put together: of an array its items, of an object its members. */
interface Open {
  readonly read: unknown[] | Readonly<Record<number, unknown>>;
  /** Undefined for an array, which stays as it is read. */
  readonly table: ObjectTable | undefined;
  readonly size: number;
  at: number;
}

/**
 * Has the engine read text in which the keys of each object are numbered: numbers need no classes. The names are then given to the members in the
 * order in which they stand in the text. Throws SyntaxError.
 */
export function parseIntoTables(text: string): unknown {
  const { numbered, keys, sizes } = withNumbers(text);
  const value: unknown = JSON.parse(numbered);
  const names = JSON.parse(`[${keys.join()}]`) as readonly string[];
  const around = [value];
  const opens: Open[] = [{ read: around, table: undefined, size: 1, at: 0 }];
  let name = 0;
  let object = 0;
  const begin = (read: object): unknown => {
    const isArray = Array.isArray(read);
    const table = isArray ? undefined : new ObjectTable();
    const size = isArray ? read.length : (sizes[object++] ?? 0);
    opens.push({ read: read as Open['read'], table, size, at: 0 });
    return table?.object ?? read;
  };
  for (let open = opens[0]; open !== undefined; open = opens[opens.length - 1]) {
    if (open.at === open.size) {
      opens.pop();
      continue;
    }
    const at = open.at++;
    const inner: unknown = open.read[at];
    const member = typeof inner === 'object' && inner !== null ? begin(inner) : inner;
    if (open.table !== undefined) open.table.set(names[name++] ?? '', member);
    else if (member !== inner) (open.read as unknown[])[at] = member;
  }
  return around[0];
}

/** The text with numbers in the place of keys, the keys as they stand in it, and how many there are of each object. */
function withNumbers(text: string): { numbered: string; keys: string[]; sizes: number[] } {
  const keys: string[] = [];
  const sizes: number[] = [];
  const opens: number[] = [];
  let numbered = '';
  let done = 0;
  let quoteAt = 0;
  let textEnd = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      quoteAt = at;
      textEnd = endOfText(text, at);
      at = textEnd;
    } else if (unit === OPEN_OBJECT) {
      opens.push(sizes.length);
      sizes.push(0);
    } else if (unit === CLOSE_OBJECT) {
      opens.pop();
    } else if (unit === COLON) {
      const object = opens[opens.length - 1];
      // No JSON: that shows when it is parsed.
      if (object === undefined || quoteAt < done) continue;
      const number = sizes[object] ?? 0;
      sizes[object] = number + 1;
      keys.push(text.slice(quoteAt, textEnd + 1));
      numbered += `${text.slice(done, quoteAt)}"${number}"`;
      done = textEnd + 1;
    }
  }
  return { numbered: numbered + text.slice(done), keys, sizes };
}
