import { isPhlowError, messageOf, type PhlowError } from '../errors.js';
import type { Diagnostic } from '../index.js';
import { causeTexts } from '../inspect-error.js';
import { isMap, textOf } from '../values.js';
import { visibleBlock, visiblePath, visibleText } from '../visible-text.js';
import { jsonText } from './json-text.js';
import type { Printer } from './print.js';

/**
 * An error as a person reads it: code and sentence, the place with its frame, the other problems of the same file, what caused it. Much of it
 * may be a module's own words.
 */
export function errorText(error: unknown, print: Printer): string {
  if (!isPhlowError(error)) return `${print.alarm('error')}: ${visibleBlock(messageOf(error))}`;
  const lines = [`: ${visibleBlock(error.message)}`];
  if (error.place !== undefined) lines.push(placeText(error.place));
  lines.push(...otherProblems(error), ...authorFrame(error));
  lines.push(...causeTexts(error).map((text) => `  caused by: ${visibleBlock(text, '    ')}`));
  return `${print.alarm(`error[${error.code}]`)}${lines.join('\n')}`;
}

/** A diagnostic of `phlow check` as a person reads it. */
export function diagnosticText({ severity, code, message, place }: Diagnostic, print: Printer): string {
  const title = `${severity}[${code}]`;
  const said = `: ${visibleBlock(message)}`;
  const rest = place === undefined ? said : `${said}\n${placeText(place)}`;
  return `${severity === 'error' ? print.alarm(title) : title}${rest}`;
}

/** A warning beside a run: one line, for the run itself matters more. */
export function warningText({ message, place }: Diagnostic): string {
  const where = place === undefined ? '' : ` (${visiblePath(place.file)}:${place.line}:${place.column})`;
  return `warning: ${visibleBlock(message)}${where}`;
}

/** An error as one JSON object for programs: `{"error":{"code","message","place","details"}}`. */
export function errorJson(error: unknown): string {
  const { place } = isPhlowError(error) ? error : { place: undefined };
  return jsonText({
    error: {
      code: isPhlowError(error) ? error.code : 'PHLOW_INTERNAL',
      message: messageOf(error),
      place: place === undefined ? null : { ...place },
      details: isPhlowError(error) ? error.details : {},
    },
  });
}

function placeText(place: NonNullable<PhlowError['place']>): string {
  return `  --> ${visiblePath(place.file)}:${place.line}:${place.column}\n${visibleText(place.frame)}`;
}

/** Where a module's own code threw. */
function authorFrame(error: PhlowError): string[] {
  if (error.code !== 'PHLOW_MODULE_ERROR') return [];
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line) && !line.includes('node:'));
  return frame === undefined ? [] : [`  ${visiblePath(frame.trim())}`];
}

/** What else is wrong with the same file. The first entry of either list is the message itself. */
function otherProblems(error: PhlowError): string[] {
  const problems: unknown = error.details['problems'] ?? error.details['errors'];
  if (!Array.isArray(problems)) return [];
  return problems
    .slice(1)
    .filter(isMap)
    .map((problem) => {
      const place = isMap(problem['place']) ? problem['place'] : problem;
      return `  also at ${textOf(place['line'])}:${textOf(place['column'])}: ${visibleBlock(textOf(problem['message']), '    ')}`;
    });
}
