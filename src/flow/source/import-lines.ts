import { dirname, extname, resolve } from 'node:path';
import { findDirective } from './directive.js';
import { scalarExtent } from './extent.js';
import { readNamed, type FlowFiles } from './flow-files.js';
import { isBlockScalarHeader, isIdle, lineShape } from './line-shape.js';
import type { DirectiveProblems } from './problems.js';
import { TracedText } from './traced-text.js';

/** Replaces `!import PATH` by the file's text as one double-quoted string (docs/spec/flow.md 4.1). */
export class ImportLines {
  readonly #files: FlowFiles;
  readonly #problems: DirectiveProblems;

  constructor(files: FlowFiles, problems: DirectiveProblems) {
    this.#files = files;
    this.#problems = problems;
  }

  expand(lines: readonly TracedText[]): readonly TracedText[] {
    if (!lines.some((line) => line.text.includes('!import'))) return lines;
    let literalUntil = 0;
    return lines.map((line, index) => {
      if (index < literalUntil || isIdle(line.text)) return line;
      const shape = lineShape(line.text);
      const value = line.text.slice(shape.valueAt);
      if (isBlockScalarHeader(value)) literalUntil = index + scalarExtent(lines, index, shape, value);
      return line.text.includes('!import') ? this.#line(line) : line;
    });
  }

  #line(line: TracedText): TracedText {
    const pieces: TracedText[] = [];
    let done = 0;
    for (;;) {
      const found = findDirective(line.text, 'import', done);
      if (found === undefined) break;
      pieces.push(line.slice(done, found.at), this.#string(line, found.at, found.end, found.path));
      done = found.end;
    }
    return done === 0 ? line : TracedText.join([...pieces, line.slice(done)]);
  }

  /** Code (`.phs`) keeps its own file as its place, other text that of the directive. */
  #string(line: TracedText, at: number, end: number, path: string): TracedText {
    const range = line.rangeAt(at, end - at);
    const full = resolve(dirname(range.file.path), path);
    const isCode = extname(path).toLowerCase() === '.phs';
    const text = readNamed(this.#files, full, range, isCode ? 'code' : 'text');
    if (text === undefined) {
      this.#problems.add(`Error importing file ${path}: file not found`, range);
      return TracedText.made('""', range);
    }
    if (!isCode) return TracedText.made(JSON.stringify(text), range);
    return TracedText.made(JSON.stringify(importedCode(text)), { file: { path: full, text }, offset: 0 });
  }
}

/** The text form of an imported script; the converter recognises it and points errors into the script's own file. */
export function importedCode(text: string): string {
  return `{{ ${text} }}`;
}
