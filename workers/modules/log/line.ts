import type { LogLevel } from '../../../src/sdk/index.js';
import { isMap, textOf } from '../../../src/values.js';

const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
]);

/** A line to write. */
export interface Line {
  readonly level: LogLevel;
  readonly message: string;
}

/**
 * The line that an input asks for, by the rules of the engine's own log step: `action` comes before `level`, case does not matter, an unknown
 * level is info, and input that is no object is the message.
 */
export function lineOf(input: unknown): Line {
  if (!isMap(input)) return { level: 'info', message: messageText(input) };
  const named = fieldOf(input, 'action') ?? fieldOf(input, 'level');
  const level = typeof named === 'string' ? LEVELS.get(named.toLowerCase()) : undefined;
  return { level: level ?? 'info', message: messageText(fieldOf(input, 'message')) };
}

function fieldOf(input: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(input, name) ? input[name] : undefined;
}

/** No message at all is an empty line; null is written as such. */
function messageText(message: unknown): string {
  return message === undefined ? '' : textOf(message);
}
