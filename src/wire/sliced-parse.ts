import {
  QUOTE,
  COMMA,
  OPEN_ARRAY,
  ESCAPE,
  CLOSE_ARRAY,
  LETTER_U,
  OPEN_OBJECT,
  CLOSE_OBJECT,
} from './json-characters.js';
import { JsonSurvey, listFor } from './json-survey.js';
import { emptyTable, setMember } from './object-of.js';
import { isRiskyKey, notJson, parseJson, parseWithoutRiskyKeys, tooLongNumber } from './safe-json.js';

/** Characters that are parsed in one step: a step over the costliest text there is takes about a millisecond. */
const PIECE_LENGTH = 16 * 1024;
/** What cannot be cut is parsed in one piece. */
const MAX_NUMBER_LENGTH = 64 * 1024;

const BLANK = /^[ \t\n\r]*$/;

/** A container whose members are read piece by piece. */
interface Open {
  readonly target: unknown[] | Record<string, unknown>;
  /** The character that ends it. */
  readonly end: number;
  /** The key of the member that is read by itself. */
  key: string;
  members: number;
  /** The member before the next comma is in place already: it was read by itself. */
  isFilled: boolean;
}

/**
 * Parses untrusted JSON text in steps of about a millisecond, so that the caller can do other work in between. The result
 * is that of `parseSafely`. The text is cut between the members of what is open, and the pieces are parsed by the platform, which is several
 * times as fast as code of ours. Throws PHLOW_WIRE_VIOLATION, and PHLOW_REPLY_TOO_LARGE for a value that would take too much of the heap.
 */
export class SlicedParse {
  readonly #text: string;
  readonly #pieceLength: number;
  readonly #root: unknown[] = [];
  /** Outermost first; the first one stands for what is around the value. */
  readonly #spine: Open[] = [openOf(this.#root, -1)];
  /** Where what was opened since the last cut begins, outermost first. */
  readonly #opens: number[] = [];
  /** Where the last comma is: of the end of the spine, and of each of `#opens`. */
  readonly #commas: number[] = [-1];
  /** The text from here up to `#at` has been scanned and not been parsed. */
  #from = 0;
  #at = 0;
  /** Where the text that is being scanned begins; -1 outside of texts. */
  #quoteAt = -1;
  /** What there is so far of a text that is longer than a piece. */
  #longText: string[] | undefined;
  #isDone = false;
  readonly #survey: JsonSurvey;
  #isSurveyed = false;

  constructor(text: string, maxDepth: number, pieceLength = PIECE_LENGTH) {
    this.#text = text;
    this.#pieceLength = pieceLength;
    this.#survey = new JsonSurvey(text, maxDepth);
  }

  /** What was parsed; undefined as long as it is not whole. */
  get value(): unknown {
    return this.#isDone ? this.#root[0] : undefined;
  }

  /** What the value takes of the heap, about. */
  get heapBytes(): number {
    return this.#survey.heapBytes;
  }

  /** The bytes of new objects that have been made so far, about. */
  get newBytes(): number {
    return this.#isSurveyed ? this.#survey.newBytesBefore(this.#at) : 0;
  }

  /** Looks at the next piece, or parses it once all have been looked at; true when the value is whole. */
  step(): boolean {
    if (this.#isDone) return true;
    if (!this.#isSurveyed) {
      this.#isSurveyed = this.#survey.step();
      return false;
    }
    if (this.#longText === undefined) this.#scan(Math.min(this.#text.length, this.#at + this.#pieceLength));
    else this.#readLongText(this.#longText);
    this.#cut();
    if (this.#at >= this.#text.length && this.#longText === undefined) this.#finish();
    return this.#isDone;
  }

  get #top(): Open {
    return this.#spine[this.#spine.length - 1] as Open;
  }

  #scan(end: number): void {
    const text = this.#text;
    let at = this.#at;
    let isInText = this.#quoteAt >= 0;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (isInText) {
        if (unit === ESCAPE) at++;
        else if (unit === QUOTE) isInText = false;
      } else if (unit === QUOTE) {
        isInText = true;
        this.#quoteAt = at;
      } else if (unit === COMMA) {
        this.#onComma(at);
      } else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
        this.#onOpen(at);
      } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) {
        this.#onClose(at, unit);
      }
    }
    this.#at = at;
    if (!isInText) this.#quoteAt = -1;
  }

  #onComma(at: number): void {
    this.#commas[this.#commas.length - 1] = at;
    if (this.#opens.length === 0 && this.#top.isFilled) this.#flush(at, false);
  }

  #onOpen(at: number): void {
    this.#opens.push(at);
    this.#commas.push(at);
  }

  #onClose(at: number, unit: number): void {
    if (this.#opens.length > 0) {
      // Whether it closes what was opened shows when the piece is parsed.
      this.#opens.pop();
      this.#commas.pop();
      return;
    }
    if (this.#top.end !== unit) throw notJson();
    this.#flush(at, true);
    this.#spine.pop();
    this.#fill(at);
  }

  /** Parses what is whole of the text that was scanned, and opens what is not. */
  #cut(): void {
    while (this.#longText === undefined && this.#at - this.#from >= this.#pieceLength) {
      const comma = this.#commas[0] ?? -1;
      if (comma >= this.#from) this.#flush(comma, false);
      else if (this.#opens.length > 0) this.#descend();
      else if (this.#quoteAt < 0) {
        // A number, or blanks.
        if (this.#at - this.#from > MAX_NUMBER_LENGTH + this.#pieceLength)
          throw tooLongNumber(MAX_NUMBER_LENGTH);
        return;
      } else if (!this.#beginLongText()) return;
    }
  }

  #descend(): void {
    const at = this.#opens.shift() ?? 0;
    this.#commas.shift();
    this.#enter(this.#text.slice(this.#from, at));
    const isArray = this.#text.charCodeAt(at) === OPEN_ARRAY;
    const target = isArray ? listFor(this.#survey.longListAt(at)) : emptyTable();
    this.#put(target);
    this.#spine.push(openOf(target, isArray ? CLOSE_ARRAY : CLOSE_OBJECT));
    this.#from = at + 1;
  }

  /** Reads what stands before a member that is read by itself: nothing in an array, a key in an object. */
  #enter(before: string): void {
    const top = this.#top;
    if (top.isFilled) throw notJson();
    if (Array.isArray(top.target)) {
      if (!BLANK.test(before)) throw notJson();
      return;
    }
    const [key] = Object.keys(parseJson(`{${before}null}`) as object);
    if (key === undefined) throw notJson();
    top.key = key;
  }

  #put(value: unknown): void {
    const top = this.#top;
    const { target, key } = top;
    const at = top.members++;
    if (Array.isArray(target)) target[at] = value;
    else if (!isRiskyKey(key)) setMember(target, key, value);
  }

  /** The member that was read by itself ends at `at`. */
  #fill(at: number): void {
    this.#top.isFilled = true;
    this.#from = at + 1;
    this.#commas[0] = at;
  }

  /** Parses the members up to `end`, where a comma or the end of what is open stands. */
  #flush(end: number, isLast: boolean): void {
    const top = this.#top;
    const run = this.#text.slice(this.#from, end);
    this.#from = end + 1;
    const isBlank = BLANK.test(run);
    if (top.isFilled || (isBlank && isLast && top.members === 0)) {
      if (!isBlank) throw notJson();
      top.isFilled = false;
      return;
    }
    if (isBlank) throw notJson();
    // At least one has been there, also where its key was dropped: nothing but a member may follow the comma.
    top.members += Math.max(
      1,
      Array.isArray(top.target) ? addMembers(top.target, top.members, run) : addPairs(top.target, run),
    );
    // Around the value there is no second one.
    if (top.target === this.#root && top.members > 1) throw notJson();
  }

  /** False for a key, which is not read by itself: the survey has seen to it that none is too long. */
  #beginLongText(): boolean {
    const before = this.#text.slice(this.#from, this.#quoteAt);
    if (!Array.isArray(this.#top.target) && !before.includes(':')) return false;
    this.#enter(before);
    this.#at = this.#quoteAt + 1;
    this.#quoteAt = -1;
    this.#longText = [];
    return true;
  }

  #readLongText(parts: string[]): void {
    const text = this.#text;
    const end = Math.min(text.length, this.#at + this.#pieceLength);
    let at = this.#at;
    while (at < end && text.charCodeAt(at) !== QUOTE) {
      // An escape is not cut in two.
      at += text.charCodeAt(at) !== ESCAPE ? 1 : text.charCodeAt(at + 1) === LETTER_U ? 6 : 2;
    }
    if (at >= text.length) throw notJson();
    parts.push(parseJson(`"${text.slice(this.#at, at)}"`) as string);
    this.#at = at;
    if (text.charCodeAt(at) !== QUOTE) return;
    this.#put(parts.join(''));
    this.#longText = undefined;
    this.#at = at + 1;
    this.#fill(at);
  }

  #finish(): void {
    if (this.#quoteAt >= 0 || this.#opens.length > 0 || this.#spine.length > 1) throw notJson();
    this.#flush(this.#text.length, true);
    if (this.#root.length !== 1) throw notJson();
    this.#isDone = true;
  }
}

function openOf(target: Open['target'], end: number): Open {
  return { target, end, key: '', members: 0, isFilled: false };
}

/** The list may have its length already: from `at` on it has no members yet. */
function addMembers(target: unknown[], at: number, run: string): number {
  const members = parseWithoutRiskyKeys(`[${run}]`) as readonly unknown[];
  for (let i = 0; i < members.length; i++) target[at + i] = members[i];
  return members.length;
}

function addPairs(target: Record<string, unknown>, run: string): number {
  const pairs = parseWithoutRiskyKeys(`{${run}}`) as Readonly<Record<string, unknown>>;
  let added = 0;
  for (const key in pairs) {
    // What somebody has put on `Object.prototype` would be met too.
    if (!Object.hasOwn(pairs, key)) continue;
    setMember(target, key, pairs[key]);
    added++;
  }
  return added;
}
