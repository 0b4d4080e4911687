import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { codeFrame, placeAt, type SourceLocation } from '../../code-frame.js';
import { isPhlowError, PhlowError } from '../../errors.js';
import type { StackPlace } from '../executors/stack-frame.js';

/** What is read of a module's source to show a place in it, in bytes. */
const MAX_SOURCE_SIZE = 5_000_000;
/** How many files of a module are looked through for a syntax error. */
const MAX_FILES = 200;
/** What Node says when it reads an ES module as CommonJS. */
const READ_AS_COMMONJS = /^.*(Unexpected token 'export'|Cannot use import statement outside a module)/;

/**
 * The error of a module that could not be loaded, with the place in the module's own code and, where Node took the file for CommonJS, what
 * to do about it. An error that is about something else comes back as it is.
 */
export async function locateLoadError(error: unknown, folder: string, entry: string): Promise<unknown> {
  if (!isPhlowError(error) || error.code !== 'PHLOW_LOAD_FAILED' || error.place !== undefined) return error;
  // A version that could not take the place of another one wraps what was wrong with it.
  const { details } = isPhlowError(error.cause) ? error.cause : error;
  const { at, name } = details as { readonly at?: StackPlace; readonly name?: string };
  const place = at === undefined ? undefined : await placeIn(folder, at);
  const found = place ?? (name === 'SyntaxError' ? await syntaxErrorIn(entry) : undefined);
  const isMistaken = READ_AS_COMMONJS.test(error.message) && (found?.file ?? entry).endsWith('.js');
  if (found === undefined && !isMistaken) return error;
  const hint = '; Node reads the file as CommonJS: name it .mjs, or say "type": "module" in its package.json';
  const placed = new PhlowError(error.code, `${error.message}${isMistaken ? hint : ''}`, {
    cause: error.cause,
    details: error.details,
    place: found,
  });
  if (error.stack !== undefined) placed.stack = error.stack;
  return placed;
}

/** The place with its code frame; undefined for files outside the module's folder, which its stack may name but nobody reads for it. */
async function placeIn(
  folder: string,
  { file, line, column }: StackPlace,
): Promise<SourceLocation | undefined> {
  const inside = relative(folder, file);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return undefined;
  const text = await textOf(file);
  return text === undefined ? undefined : { file, line, column, frame: codeFrame(text, line, column) };
}

/**
 * Node does not say where in an ES module a syntax error is: the parser that ships with phlow does, for the entry and the files that it
 * imports by a path of their own.
 */
async function syntaxErrorIn(entry: string): Promise<SourceLocation | undefined> {
  const { parse } = await import('acorn');
  const files = [entry];
  for (let i = 0; i < Math.min(files.length, MAX_FILES); i++) {
    const file = files[i] ?? entry;
    const text = /\.m?js$/.test(file) ? await textOf(file) : undefined;
    if (text === undefined) continue;
    try {
      const { body } = parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
      for (const statement of body) {
        const source = 'source' in statement ? statement.source?.value : undefined;
        const imported =
          typeof source === 'string' && /^\.{1,2}\//.test(source) ? resolve(file, '..', source) : file;
        if (!files.includes(imported)) files.push(imported);
      }
    } catch (error) {
      const { pos } = error as { readonly pos?: unknown };
      return typeof pos === 'number' ? placeAt(file, text, pos) : undefined;
    }
  }
  return undefined;
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    return size > MAX_SOURCE_SIZE ? undefined : await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
