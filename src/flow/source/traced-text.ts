import type { SourceFile, SourceRange } from './source-file.js';

/** From `at` on, the text is that of `file` from `offset` on; `fixed`: all of it stands for that one place. */
interface Span {
  readonly at: number;
  readonly file: SourceFile;
  readonly offset: number;
  readonly fixed: boolean;
}

/** A text put together from pieces of files, each character of which still knows where it came from. Immutable. */
export class TracedText {
  readonly text: string;
  readonly #spans: readonly Span[];

  private constructor(text: string, spans: readonly Span[]) {
    this.text = text;
    this.#spans = spans;
  }

  /** The characters of a file from `from` to `to`. */
  static ofFile(file: SourceFile, from = 0, to = file.text.length): TracedText {
    return new TracedText(file.text.slice(from, to), [{ at: 0, file, offset: from, fixed: false }]);
  }

  /** A text that stands in no file, made because of what is at `range`. */
  static made(text: string, range: Pick<SourceRange, 'file' | 'offset'>): TracedText {
    return new TracedText(text, [{ at: 0, file: range.file, offset: range.offset, fixed: true }]);
  }

  /** The pieces one after the other. */
  static join(pieces: readonly TracedText[], separator = ''): TracedText {
    const [only] = pieces;
    if (only !== undefined && pieces.length === 1) return only;
    const spans: Span[] = [];
    let at = 0;
    for (const piece of pieces) {
      for (const { at: from, file, offset, fixed } of piece.#spans) {
        const span = { at: from + at, file, offset, fixed };
        if (!continues(spans.at(-1), span)) spans.push(span);
      }
      at += piece.text.length + separator.length;
    }
    return new TracedText(pieces.map((piece) => piece.text).join(separator), spans);
  }

  /** A part of the text; negative numbers are not special. */
  slice(from: number, to = this.text.length): TracedText {
    const first = this.#indexAt(from);
    const spans: Span[] = [];
    for (let i = first; i < this.#spans.length; i++) {
      const span = this.#spans[i];
      if (span === undefined || (span.at >= to && i > first)) break;
      const skipped = Math.max(0, from - span.at);
      const { file, offset, fixed } = span;
      spans.push({ at: Math.max(0, span.at - from), file, offset: offset + (fixed ? 0 : skipped), fixed });
    }
    return new TracedText(this.text.slice(from, to), spans);
  }

  /** Without blanks at both ends. */
  trim(): TracedText {
    const start = this.text.length - this.text.trimStart().length;
    const end = this.text.trimEnd().length;
    return start === 0 && end === this.text.length ? this : this.slice(start, Math.max(start, end));
  }

  /** Where the character at `offset` came from. */
  rangeAt(offset: number, length = 1): SourceRange {
    const span = this.#spans[this.#indexAt(offset)];
    if (span === undefined) return { file: { path: '', text: this.text }, offset, length };
    return {
      file: span.file,
      offset: span.fixed ? span.offset : span.offset + Math.max(0, offset - span.at),
      length: span.fixed ? 1 : length,
    };
  }

  /** The last span that starts at or before `offset`. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#spans.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#spans[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** True when `next` only goes on where `last` is already heading: unchanged lines stay one span. */
function continues(last: Span | undefined, next: Span): boolean {
  if (last === undefined || last.fixed || next.fixed || last.file !== next.file) return false;
  return next.offset - last.offset === next.at - last.at;
}
