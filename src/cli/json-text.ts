import { visibleJson } from '../visible-text.js';

/**
 * JSON that keeps integers exact: a bigint is written as its digits. Members keep their order; what JSON cannot hold (NaN, functions) is null.
 * Characters that draw, reorder or hide text are written as `\uXXXX`.
 *
 * @param indent how many blanks each level is indented by; 0 writes one compact line.
 */
export function jsonText(value: unknown, indent = 0): string {
  return visibleJson(write(value, indent, '\n'));
}

function write(value: unknown, indent: number, lineBreak: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return scalar(value);
  const inner = lineBreak + ' '.repeat(indent);
  if (Array.isArray(value)) {
    return enclosed(
      '[',
      value.map((item) => write(item, indent, inner)),
      ']',
      indent,
      inner,
      lineBreak,
    );
  }
  const colon = indent === 0 ? ':' : ': ';
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}${colon}${write(member, indent, inner)}`,
  );
  return enclosed('{', members, '}', indent, inner, lineBreak);
}

function scalar(value: unknown): string {
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? JSON.stringify(value) : 'null';
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  indent: number,
  inner: string,
  outer: string,
): string {
  if (items.length === 0) return open + close;
  if (indent === 0) return open + items.join(',') + close;
  return open + inner + items.join(`,${inner}`) + outer + close;
}

/** A result on standard output: text as it is (a terminal gets it with its hidden characters shown), everything else as indented JSON; with `json` one compact line of exact JSON. */
export function resultText(value: unknown, json: boolean): string | undefined {
  if (json) return jsonText(value);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : jsonText(value, 2);
}
