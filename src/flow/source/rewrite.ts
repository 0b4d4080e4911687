import { PhlowError } from '../../errors.js';
import { yaml } from '../../yaml-package.js';
import { commentStart } from './code-scan.js';
import { collectionExtent, scalarExtent } from './extent.js';
import { opensFence, readFence } from './fence.js';
import { Frames } from './frames.js';
import type { ImportLines } from './import-lines.js';
import { indentOf, isBlockScalarHeader, isIdle, lineShape, type LineShape } from './line-shape.js';
import { looksLikeCode } from './looks-like-code.js';
import { readBraces, readCodeLine, readIndented, readSingleLine, type CodeBlock } from './read-code.js';
import { isEvaluated, type Role } from './roles.js';
import { placeOf } from './source-file.js';
import { TracedText } from './traced-text.js';

/** A flow as plain YAML, with the expressions it holds. */
export interface Rewritten {
  readonly yaml: TracedText;
  /** The exact code of the double-quoted scalars that stand for expressions, by the offset of their opening quote. */
  readonly codes: ReadonlyMap<number, TracedText>;
}

/** Turns the lines of a `.phlow` text into YAML: everything that YAML cannot hold becomes a double-quoted string. */
export function rewrite(lines: readonly TracedText[], imports: ImportLines): Rewritten {
  return new Rewriter(lines, imports).run();
}

class Rewriter {
  readonly #lines: readonly TracedText[];
  readonly #frames = new Frames();
  readonly #out: TracedText[] = [];
  readonly #codes = new Map<number, TracedText>();
  #next = 0;
  #offset = 0;

  constructor(lines: readonly TracedText[], imports: ImportLines) {
    this.#lines = imports.expand(lines);
  }

  run(): Rewritten {
    for (let line = this.#lines[this.#next]; line !== undefined; line = this.#lines[this.#next]) {
      if (isIdle(line.text)) this.#keep(1);
      else this.#line(line);
    }
    return { yaml: TracedText.join(this.#out, '\n'), codes: this.#codes };
  }

  #line(line: TracedText): void {
    const shape = lineShape(line.text);
    const { role, locals } = this.#frames.enter(shape);
    const rest = line.text.slice(shape.valueAt);
    const value = rest.slice(0, commentStart(rest)).trimEnd();
    const isMember = shape.key !== undefined || shape.dashes.length > 0;
    if (value === '') this.#keep(1);
    else if (/^!phs(?![A-Za-z0-9_])/.test(value)) this.#phs(line, shape, shape.valueAt + 4);
    else if (/^[{[]/.test(value)) this.#bracket(shape, role);
    else if (isMember && opensFence(value)) this.#fence(shape.valueAt, shape.valueAt);
    else if (isMember && isEvaluated(role)) this.#value(line, shape, value, locals);
    else this.#keep(scalarExtent(this.#lines, this.#next, shape, value));
  }

  /** A value behind a key or a dash that may be code. */
  #value(line: TracedText, shape: LineShape, value: string, locals: ReadonlySet<string>): void {
    if (value.startsWith('${') && shape.key !== undefined) {
      this.#code(
        shape.valueAt,
        this.#closed(readBraces(this.#lines, this.#next, shape.valueAt + 2), shape.valueAt),
      );
    } else if (looksLikeCode(value, locals)) {
      this.#code(shape.valueAt, this.#open(line, shape.valueAt));
    } else {
      this.#keep(scalarExtent(this.#lines, this.#next, shape, value));
    }
  }

  /** `!phs` in its forms (docs/spec/flow.md 4.5); `at` is just behind it. */
  #phs(line: TracedText, shape: LineShape, at: number): void {
    const from = at + indentOf(line.text.slice(at));
    const rest = line.text.slice(from);
    if (opensFence(rest)) {
      this.#fence(shape.valueAt, from);
    } else if (rest.startsWith('${')) {
      this.#code(shape.valueAt, this.#closed(readBraces(this.#lines, this.#next, from + 2), from));
    } else if (rest.slice(0, commentStart(rest)).trim() === '' || isBlockScalarHeader(rest)) {
      const block = readIndented(
        this.#lines,
        this.#next,
        shape.key?.at ?? shape.dashes.at(-1) ?? shape.indent,
      );
      if (block === undefined) {
        throw this.#syntax(
          line,
          shape.valueAt,
          'expected an expression behind !phs or on indented lines below it',
        );
      }
      this.#code(shape.valueAt, block);
    } else {
      this.#code(shape.valueAt, this.#open(line, from));
    }
  }

  /** `{` or `[` behind a key: code where values are evaluated. Elsewhere YAML, whose leaves are looked at later. */
  #bracket(shape: LineShape, role: Role): void {
    const count = collectionExtent(this.#lines, this.#next, shape.valueAt);
    if (
      shape.key !== undefined &&
      (role === 'data' || (role === 'literal' && !this.#isYaml(count, shape.valueAt)))
    ) {
      this.#code(
        shape.valueAt,
        this.#closed(readCodeLine(this.#lines, this.#next, shape.valueAt), shape.valueAt),
      );
    } else {
      this.#keep(count);
    }
  }

  /** Whether the collection in the next `count` lines is valid YAML. */
  #isYaml(count: number, at: number): boolean {
    const lines = this.#lines.slice(this.#next, this.#next + count).map(({ text }) => text);
    const text = [(lines[0] ?? '').slice(at), ...lines.slice(1)].join('\n');
    return yaml().parseDocument(text, { prettyErrors: false, logLevel: 'silent' }).errors.length === 0;
  }

  #fence(valueAt: number, at: number): void {
    const line = this.#lines[this.#next];
    const { text, count } = readFence(this.#lines, this.#next, at);
    if (line !== undefined) this.#put(line, valueAt, JSON.stringify(text));
    this.#next += count;
  }

  /** Code to the end of the line or of what it opens; only the line if that is never closed. */
  #open(line: TracedText, at: number): CodeBlock {
    return readCodeLine(this.#lines, this.#next, at) ?? readSingleLine(line, at);
  }

  #closed(block: CodeBlock | undefined, at: number): CodeBlock {
    if (block !== undefined) return block;
    const line = this.#lines[this.#next] ?? TracedText.join([]);
    throw this.#syntax(line, at, 'what opens here is never closed');
  }

  /** Puts code in place of the value at `at`. */
  #code(at: number, { code, count }: CodeBlock): void {
    const line = this.#lines[this.#next];
    if (line === undefined) return;
    this.#codes.set(this.#offset + at, code);
    this.#put(line, at, JSON.stringify(`{{ ${code.text} }}`));
    this.#next += count;
  }

  #put(line: TracedText, at: number, text: string): void {
    this.#push(TracedText.join([line.slice(0, at), TracedText.made(text, line.rangeAt(at))]));
  }

  #keep(count: number): void {
    for (const end = this.#next + count; this.#next < end; this.#next++) {
      const line = this.#lines[this.#next];
      if (line !== undefined) this.#push(line);
    }
  }

  #push(line: TracedText): void {
    this.#out.push(line);
    this.#offset += line.text.length + 1;
  }

  #syntax(line: TracedText, at: number, found: string): PhlowError {
    return new PhlowError('PHLOW_FLOW_SYNTAX', `Cannot read the flow: ${found}`, {
      place: placeOf(line.rangeAt(at)),
    });
  }
}
