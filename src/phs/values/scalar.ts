import { float, intOf, type PhsValue } from './value.js';

const INT = /^-?(?:0|[1-9][0-9]{0,18})$/;
const FLOAT = /^-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])$/;

/** The code of a leaf that is code from end to end: what stands between `{{` and `}}` (docs/spec/phs.md 9.1). */
export function codeIn(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed.length >= 4 && trimmed.startsWith('{{') && trimmed.endsWith('}}')
    ? trimmed.slice(2, -2)
    : undefined;
}

/**
 * What a leaf that is no code stands for: a number when its text is exactly how that number is written, `true`, `false` and
 * `null`, also when quoted in YAML; any other text as it is. So `01234`, `+55`, `1.10`, `inf`, `undefined` and whole numbers beyond 2^53 stay
 * text.
 */
export function scalarOf(leaf: unknown): PhsValue {
  switch (typeof leaf) {
    case 'string':
      return textScalar(leaf);
    case 'number':
    case 'boolean':
      return leaf;
    case 'bigint':
      return BigInt.asIntN(64, leaf) === leaf ? intOf(leaf) : float(Number(leaf));
    case 'object':
      return leaf instanceof Date ? leaf.toISOString() : null;
    default:
      return null;
  }
}

function textScalar(text: string): PhsValue {
  const trimmed = text.trim();
  switch (trimmed) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      break;
  }
  // A number that cannot hold all digits of the text is not what the text says: long ids in quotes stay what they are.
  const number = Number(trimmed);
  if (INT.test(trimmed)) return Number.isSafeInteger(number) ? number + 0 : text;
  return FLOAT.test(trimmed) && isExact(trimmed, number) ? float(number) : text;
}

/** True when the number is written like this: only a decimal point and zeros may be missing. */
function isExact(text: string, number: number): boolean {
  return number === 0 || String(number) === text.replace(/\.0$/, '');
}
