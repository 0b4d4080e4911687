import type { SourceLocation } from './code-frame.js';
import { visibleBlock, visiblePath, visibleText } from './visible-text.js';

const MAX_MESSAGE_LINES = 2;
/** Two lines before and behind the place, the place, and its carets. */
const MAX_FRAME_LINES = 6;
const MAX_CAUSE_LINES = 2;
const MAX_CAUSES = 8;

/** What of an error is shown. */
interface Shown {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly place: SourceLocation | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly stack?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error as Node shows it when nobody caught it, and as `console.log` does: sentence, place with its frame, how many more problems there are,
 * what caused it, and where it was thrown and by whom that was asked for. Never more than 14 lines: `error.message` and `error.details` hold everything.
 */
export function inspectError(error: Shown): string {
  const { name, code, message, place } = error;
  const lines = cut(`${name} [${code}]: ${visibleBlock(message, '    ')}`.split('\n'), MAX_MESSAGE_LINES);
  if (place !== undefined) lines.push(...placeLines(place));
  const others = otherProblems(error.details);
  if (others > 0) lines.push(`  and ${others} more in error.details`);
  const causes = causeTexts(error).map((text) => `  caused by: ${visibleBlock(text, '    ')}`);
  lines.push(...cut(causes.join('\n').split('\n').filter(Boolean), MAX_CAUSE_LINES));
  lines.push(...callLines(error.stack));
  return lines.join('\n');
}

/**
 * The stack of an error about a file. Node prints the stack of an error that nobody caught, whatever the error has to say about itself: so the
 * place stands in it, and of the calls the caller's.
 */
export function stackWithPlace(
  error: Pick<Shown, 'name' | 'message' | 'stack' | 'cause'>,
  place: SourceLocation,
): string {
  const { name, message, stack, cause } = error;
  // The cause is printed below, with its own place.
  const isSaid = typeof cause === 'object' && cause !== null && 'place' in cause && cause.place !== undefined;
  const lines = isSaid ? [] : placeLines(place);
  return [visibleText(`${name}: ${message}`), ...lines, ...callLines(stack).slice(-1)].join('\n');
}

function placeLines(place: SourceLocation): string[] {
  const head = `  --> ${visiblePath(place.file)}:${place.line}:${place.column}`;
  return [head, ...visibleText(place.frame).split('\n').slice(0, MAX_FRAME_LINES)];
}

/** The first line is where it threw, which for a module's error is in the module; the last one is the caller's. */
function callLines(stack = ''): string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('node:'));
  return [...new Set([frames[0], frames.at(-1)])]
    .filter((line) => line !== undefined)
    .map((line) => `    ${visiblePath(line.trim())}`);
}

/** The words before a reason that name what the reason is about: who passes it on names that in its own words. */
const NAMING = /^Cannot (?:load|use) module "[^"\n]*"(?: of the flow)?: /;

/** What the causes say that was not said before: many a sentence quotes its cause already. */
export function causeTexts(error: { readonly message: string; readonly cause?: unknown }): string[] {
  const texts: string[] = [];
  let said = error.message;
  let { cause } = error;
  for (let depth = 0; depth < MAX_CAUSES && cause !== undefined; depth++) {
    const text = sentenceOf(cause);
    if (!said.includes(text.replace(NAMING, ''))) {
      texts.push(text);
      said += `\n${text}`;
    }
    cause = typeof cause === 'object' && cause !== null && 'cause' in cause ? cause.cause : undefined;
  }
  return texts;
}

/** The sentence of anything that was thrown. */
export function sentenceOf(thrown: unknown): string {
  const hasMessage = typeof thrown === 'object' && thrown !== null && 'message' in thrown;
  return hasMessage && typeof thrown.message === 'string' ? thrown.message : String(thrown);
}

/** How many further problems of the same file the details list; the first entry is the message itself. */
function otherProblems(details: Readonly<Record<string, unknown>>): number {
  const problems: unknown = details['problems'] ?? details['errors'];
  return Array.isArray(problems) ? Math.max(0, problems.length - 1) : 0;
}

function cut(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most - 1), `${lines[most - 1] ?? ''} …`];
}
