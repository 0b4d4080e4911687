import type { CaseReport, Explanation } from '../../index.js';
import { textOf } from '../../values.js';
import { visiblePath, visibleText } from '../../visible-text.js';

/** Why a case failed, for people: the sentence, the sides of the comparison or what differs between them, and the place in the file. */
export function failureLines(failed: CaseReport, withFrame = true): readonly string[] {
  const { explanation, place } = failed;
  const lines =
    explanation === undefined ? failed.message.split('\n') : explanationLines(failed, explanation);
  if (place !== undefined) {
    lines.push(`--> ${visiblePath(place.file)}:${place.line}:${place.column}`);
    if (withFrame) lines.push(...place.frame.split('\n'));
  }
  return lines.map((line) => visibleText(line));
}

function explanationLines({ complaints, message }: CaseReport, explanation: Explanation): string[] {
  const { kind, expression, sides, diff } = explanation;
  const others = complaints.flatMap((complaint) => complaint.split('\n'));
  if (diff.length > 0) {
    const head =
      kind === 'condition' ? `Assertion failed: ${oneLine(expression)}` : 'Expected something else';
    return [`${head} (- expected, + got)`, ...diff.map((line) => `  ${line}`), ...others];
  }
  if (kind === 'difference') return message.split('\n');
  const shown = sides.filter(({ source, text }) => source !== text);
  const values = shown.flatMap(({ source, text }) => hung(`  ${oneLine(source)}: `, text));
  return [`Assertion failed: ${oneLine(expression)}`, ...values, ...others];
}

function oneLine(code: string): string {
  return code.replace(/\s*\n\s*/g, ' ');
}

/** A value behind its name, in text form; further lines stand below the first. */
export function valueLines(name: string, value: unknown): readonly string[] {
  return hung(`${name}: `, textOf(value)).map((line) => visibleText(line));
}

function hung(prefix: string, text: string): string[] {
  const [first = '', ...rest] = text.split('\n');
  const indent = ' '.repeat(/^ */.exec(prefix)?.[0].length ?? 0);
  return [prefix + first, ...rest.map((line) => indent + line)];
}
