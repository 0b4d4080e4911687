import { PhlowError } from '../errors.js';
import { hiddenIn, visibleLine } from '../visible-text.js';

const MAX_NAME = 255;

/**
 * What is wrong with the name of an instance, as the end of a sentence; undefined for a good one. Names stand in lines of logs, audits, tables
 * and pictures: what they hold must be seen there, and end no line.
 */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `it must be text, found ${name === null ? 'null' : typeof name}`;
  if (name.trim() !== name || name === '') return 'it must not be empty, nor begin or end with a blank';
  if (name.length > MAX_NAME) return `it has ${name.length} characters, at most ${MAX_NAME} are taken`;
  const hidden = hiddenIn(name);
  return hidden === undefined
    ? undefined
    : `it holds ${hidden}, which a reader would not see; leave out line breaks, control characters and invisible ones`;
}

/** The name, if it is one that an instance of `module` may have. Throws PHLOW_OPTION_INVALID. */
export function instanceName(name: unknown, module: string): string {
  const problem = nameProblem(name);
  if (problem === undefined && typeof name === 'string') return name;
  const shown = typeof name === 'string' ? ` as "${visibleLine(name)}"` : '';
  const message = `Cannot load module "${visibleLine(module)}"${shown}: ${problem}; give it another one with { name }`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module, name } });
}
