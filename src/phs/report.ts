import { placeAt, type SourceLocation } from '../code-frame.js';
import { PhlowError, messageOf } from '../errors.js';
import type { Value } from '../values.js';
import { ScriptError } from './script-error.js';
import { ScriptSyntaxError } from './syntax/syntax-error.js';
import { toValue, type PhsValue } from './values/value.js';

/** Finds the place in a file of an offset in the code that stands in it. */
export type Locate = (offset: number) => SourceLocation | undefined;

/** The code an error is about, and the file it stands in if there is one. */
export interface Origin {
  readonly code: string;
  readonly locate: Locate | undefined;
}

const NO_FILE = 'expression';
const MAX_CALLS_SHOWN = 8;

/** Where `offset` in the code stands: in its file, or in the code itself. */
export function placeIn(origin: Origin, offset: number, width: number): SourceLocation {
  return origin.locate?.(offset) ?? placeAt(NO_FILE, origin.code, offset, width);
}

function position(place: SourceLocation): string {
  return ` (line ${place.line}, position ${place.column})`;
}

/** Any error of compiling or running a script as the coded error that the host sees. */
export function reported(error: unknown, origin: Origin): PhlowError {
  if (error instanceof PhlowError) return error;
  if (error instanceof ScriptSyntaxError) return syntaxError(error, origin);
  if (error instanceof ScriptError) return scriptError(error, origin);
  if (error instanceof RangeError) {
    // The engine's own limits: its stack, or its longest string.
    const what = error.message.includes('call stack') ? 'Stack overflow' : 'Cannot go on';
    return new PhlowError('PHLOW_PHS_LIMIT', `${what}: ${error.message}`, { cause: error });
  }
  return new PhlowError('PHLOW_INTERNAL', `Cannot run the expression: ${messageOf(error)}`, { cause: error });
}

function syntaxError(error: ScriptSyntaxError, origin: Origin): PhlowError {
  const place = placeIn(origin, error.offset, error.width);
  const code = error.isLimit ? 'PHLOW_PHS_LIMIT' : 'PHLOW_PHS_SYNTAX';
  return new PhlowError(code, error.message + position(place), { place });
}

function scriptError(error: ScriptError, origin: Origin): PhlowError {
  const place = error.offset === undefined ? undefined : placeIn(origin, error.offset, error.width);
  const shown = error.calls.slice(0, MAX_CALLS_SHOWN);
  const trace = shown.map(({ text, offset }) => {
    return `\n${text}${offset < 0 ? '' : position(placeIn(origin, offset, 1))}`;
  });
  if (shown.length < error.calls.length) trace.push(`\nand ${error.calls.length - shown.length} more calls`);
  const message = `${error.message}${place === undefined ? '' : position(place)}${error.hint?.() ?? ''}${trace.join('')}`;
  return new PhlowError(error.kind === 'ErrorLimit' ? 'PHLOW_PHS_LIMIT' : 'PHLOW_PHS_RUNTIME', message, {
    place,
    details: {
      kind: error.kind,
      ...error.facts,
      ...(error.thrown === undefined ? {} : { thrown: plain(error.thrown.value) }),
    },
    // The error inside of the script is what this one says; a module's error that it was made from is more.
    cause: error.cause,
  });
}

/** A thrown value as plain data; what is not data is shown by its type. */
function plain(value: PhsValue): Value {
  try {
    return toValue(value);
  } catch {
    return null;
  }
}
