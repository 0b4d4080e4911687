import { toFault } from '../../../src/wire/fault.js';

const LONGEST = 8_000;

/** Any value of a module as text for its log. Never throws, whatever the value does when it is read. */
export function describe(value: unknown): string {
  try {
    return textOf(value).slice(0, LONGEST);
  } catch {
    return '[cannot be described]';
  }
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return 'Symbol()';
    case 'function':
      return '[Function]';
    case 'object': {
      if (value === null) return 'null';
      if (value instanceof Error) {
        const { stack, name, message } = toFault(value);
        return stack ?? `${name}: ${message}`;
      }
      return JSON.stringify(value);
    }
    default:
      return String(value);
  }
}
