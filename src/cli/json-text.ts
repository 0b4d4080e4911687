import { visibleJson } from '../visible-text.js';
import { HOLE, KIND, Members, specialValue, type SpecialValue } from './special-value.js';

/** How a text is written. */
interface Form {
  /** How many blanks each level is indented by; 0 writes one compact line. */
  readonly indent: number;
  /** What stands for a value that JSON has no word for. */
  special(value: SpecialValue, lineBreak: string): string;
}

/**
 * A report of ours as JSON that keeps integers exact: a bigint is written as its digits. Members keep their order; what JSON cannot hold (NaN,
 * functions) is null, and an object of any class is its members. Characters that draw, reorder or hide text are written as `\uXXXX`.
 *
 * @param indent how many blanks each level is indented by; 0 writes one compact line.
 */
export function jsonText(value: unknown, indent = 0): string {
  const form: Form = {
    indent,
    special: ({ of }, lineBreak) => (of instanceof Members ? write(of, form, lineBreak) : 'null'),
  };
  return visibleJson(write(value, form, '\n'));
}

/**
 * A reply or result on standard output: text as it is (a terminal gets it with its hidden characters shown), everything else as indented JSON, in
 * which a value that JSON has no word for is written as a person reads it, `Date(...)`; with `json` one compact line of exact JSON, in which such
 * a value is `{"$": kind, "of": content}` (docs/spec/runtime.md 1). Undefined where there is nothing to print.
 */
export function resultText(value: unknown, json: boolean): string | undefined {
  if (json) return resultJson(value);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : visibleJson(write(value, READABLE, '\n'));
}

/** The same, always as one compact line of exact JSON. No value at all is no answer, which JSON calls null. */
export function resultJson(value: unknown): string {
  return value === undefined ? 'null' : visibleJson(write(value, EXACT, '\n'));
}

const EXACT: Form = {
  indent: 0,
  special: ({ kind, of }, lineBreak) =>
    write(new Members(of === undefined ? { [KIND]: kind } : { [KIND]: kind, of }), EXACT, lineBreak),
};

const READABLE: Form = {
  indent: 2,
  special({ kind, of, text }, lineBreak) {
    if (text !== undefined) return text;
    return of instanceof Members
      ? `${kind} ${write(of, READABLE, lineBreak)}`
      : `${kind}(${write(of, READABLE, lineBreak)})`;
  },
};

function write(value: unknown, form: Form, lineBreak: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (Object.is(value, -0)) return '-0';
  const inner = lineBreak + ' '.repeat(form.indent);
  if (value instanceof Members) {
    const colon = form.indent === 0 ? ':' : ': ';
    const members = value.entries.map(
      ([key, member]) => `${JSON.stringify(key)}${colon}${write(member, form, inner)}`,
    );
    return enclosed('{', members, '}', form, lineBreak);
  }
  const special = specialValue(value);
  if (special !== undefined) return form.special(special, lineBreak);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (!Array.isArray(value)) return write(new Members(value), form, lineBreak);
  const items = Array.from({ length: value.length }, (_, i) =>
    i in value ? write(value[i], form, inner) : form.special(HOLE, inner),
  );
  return enclosed('[', items, ']', form, lineBreak);
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  { indent }: Form,
  outer: string,
): string {
  if (items.length === 0) return open + close;
  if (indent === 0) return open + items.join(',') + close;
  const inner = outer + ' '.repeat(indent);
  return open + inner + items.join(`,${inner}`) + outer + close;
}
