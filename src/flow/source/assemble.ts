import { dirname, extname, resolve } from 'node:path';
import { PhlowError } from '../../errors.js';
import { FLOW_LIMITS } from '../limits.js';
import { findDirective } from './directive.js';
import { readNamed, type FlowFiles } from './flow-files.js';
import { isIdle, lineShape } from './line-shape.js';
import type { DirectiveProblems } from './problems.js';
import { placeOf, type SourceFile, type SourceRange } from './source-file.js';
import { TracedText } from './traced-text.js';

/** Pairs `key=value` behind an `!include` path: quoted values may hold blanks (docs/spec/flow.md 4.1). */
const PAIR = /([A-Za-z0-9_]+)=(?:'([^']*)'|"([^"]*)"|(\S*))/g;

/** Reads the argument text of an `!include`; whatever is not a pair is skipped. */
function includeArguments(text: string): ReadonlyMap<string, string> {
  const args = new Map<string, string>();
  for (const [, key = '', single, double, bare] of text.matchAll(PAIR)) {
    args.set(key, single ?? double ?? bare ?? '');
  }
  return args;
}

/** A file whose lines are being taken in, and what it has come to so far. */
interface Level {
  readonly lines: readonly TracedText[];
  next: number;
  readonly done: TracedText[];
  size: number;
  readonly file: SourceFile;
  /** The line that asked for this file and how much of it stands before the directive; undefined for the flow itself. */
  readonly asked: { readonly line: TracedText; readonly prefix: number } | undefined;
}

/**
 * Puts a flow together from its file and all it includes (docs/spec/flow.md 4.1): `!include` and `!arg`. The levels are a list, not
 * calls inside each other: depth costs nothing but the limit.
 */
export function assemble(
  root: SourceFile,
  files: FlowFiles,
  problems: DirectiveProblems,
): readonly TracedText[] {
  const levels: Level[] = [levelOf(root, linesOf(root), undefined)];
  let includes = 0;
  for (;;) {
    const level = levels.at(-1);
    if (level === undefined) return [];
    const line = level.lines[level.next++];
    if (line === undefined) {
      levels.pop();
      const outer = levels.at(-1);
      if (outer === undefined) return level.done;
      takeIn(outer, level);
      continue;
    }
    const directive = isIdle(line.text) ? undefined : findDirective(line.text, 'include');
    if (directive === undefined) {
      put(level, line);
      continue;
    }
    if (++includes > FLOW_LIMITS.includes)
      throw tooMany('files included', FLOW_LIMITS.includes, line, directive.at);
    const range = line.rangeAt(directive.at, directive.end - directive.at);
    const file = openInclude(directive.path, level.file, files, levels, problems, range);
    if (file === undefined) continue;
    if (levels.length >= FLOW_LIMITS.includeDepth) {
      throw tooMany('files included inside each other', FLOW_LIMITS.includeDepth, line, directive.at);
    }
    const args = includeArguments(line.text.slice(directive.end));
    const lines = linesOf(file).map((text) => withArguments(text, args, directive.path, problems));
    const follow = isPhlow(file.path);
    const inner = levelOf(file, follow ? lines : [], { line, prefix: directive.at });
    if (!follow) for (const text of lines) put(inner, text);
    levels.push(inner);
  }
}

function levelOf(file: SourceFile, lines: readonly TracedText[], asked: Level['asked']): Level {
  return { lines, next: 0, done: [], size: 0, file, asked };
}

function put(level: Level, line: TracedText): void {
  level.size += line.text.length + 1;
  if (level.size > FLOW_LIMITS.textSize) throw tooMany('characters', FLOW_LIMITS.textSize, line, 0);
  level.done.push(line);
}

/** The lines of a file; CRLF counts as one line end, the last one ends no further line. */
function linesOf(file: SourceFile): TracedText[] {
  const lines: TracedText[] = [];
  const { text } = file;
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    lines.push(TracedText.ofFile(file, from, text[end - 1] === '\r' && end > from ? end - 1 : end));
    from = end + 1;
  }
  return lines;
}

/** Puts the lines of a finished file where its directive stands. */
function takeIn(outer: Level, inner: Level): void {
  const { asked, done } = inner;
  if (asked === undefined) return;
  const before = asked.line.text.slice(0, asked.prefix);
  const at = asked.line.rangeAt(asked.prefix);
  if (before.trim() === '') {
    for (const line of done) put(outer, indented(line, before, at));
    return;
  }
  const start = asked.line.slice(0, asked.prefix);
  const shape = lineShape(before);
  if (shape.key !== undefined && before.trimEnd().endsWith(':') && isBlockStyle(done)) {
    put(outer, start);
    for (const line of done) put(outer, indented(line, ' '.repeat(shape.key.at + 2), at));
    return;
  }
  const blanks = before.replaceAll(/[^\t]/g, ' ');
  for (const [index, line] of done.entries()) {
    put(outer, index === 0 ? TracedText.join([start, line]) : indented(line, blanks, at));
  }
  if (done.length === 0) put(outer, start);
}

function indented(line: TracedText, blanks: string, at: SourceRange): TracedText {
  return line.text === '' || blanks === '' ? line : TracedText.join([TracedText.made(blanks, at), line]);
}

/** True when the text is a block list or a block mapping, which cannot follow a key on its line. */
function isBlockStyle(lines: readonly TracedText[]): boolean {
  const first = lines.find((line) => !isIdle(line.text));
  if (first === undefined) return false;
  const shape = lineShape(first.text);
  return shape.dashes.length > 0 || shape.key !== undefined;
}

function openInclude(
  path: string,
  from: SourceFile,
  files: FlowFiles,
  levels: readonly Level[],
  problems: DirectiveProblems,
  range: SourceRange,
): SourceFile | undefined {
  const full = resolve(dirname(from.path), extname(path) === '' ? `${path}.phlow` : path);
  const cycle = levels.findIndex((level) => resolve(level.file.path) === full);
  if (cycle !== -1) {
    const names = [...levels.slice(cycle).map((level) => level.file.path), full];
    problems.add(`Error including file ${path}: it includes itself (${names.join(' -> ')})`, range);
    return undefined;
  }
  const text = readNamed(files, full, range, 'code');
  if (text === undefined) {
    problems.add(`Error including file ${path}: file not found (looked for ${full})`, range);
    return undefined;
  }
  return { path: full, text };
}

function isPhlow(path: string): boolean {
  return extname(path).toLowerCase() === '.phlow';
}

/** Replaces each `!arg NAME` by the text of the argument. A missing one in a comment line is nobody's problem. */
function withArguments(
  line: TracedText,
  args: ReadonlyMap<string, string>,
  path: string,
  problems: DirectiveProblems,
): TracedText {
  if (!line.text.includes('!arg')) return line;
  const pieces: TracedText[] = [];
  let done = 0;
  for (const match of line.text.matchAll(/!arg\s+([A-Za-z0-9_]+)/g)) {
    const name = match[1] ?? '';
    const value = args.get(name);
    const range = line.rangeAt(match.index, match[0].length);
    if (value === undefined && !isIdle(line.text)) {
      problems.add(`Error including file ${path}: Missing required argument: '${name}'`, range);
    }
    pieces.push(line.slice(done, match.index), TracedText.made(value ?? '', range));
    done = match.index + match[0].length;
  }
  return TracedText.join([...pieces, line.slice(done)]);
}

function tooMany(what: string, most: number, line: TracedText, at: number): PhlowError {
  return new PhlowError('PHLOW_FLOW_TOO_LARGE', `Cannot load the flow: more than ${most} ${what}`, {
    place: placeOf(line.rangeAt(at)),
    details: { most },
  });
}
