import type { EvaluateOptions } from '../index.js';
import type { OptionSpecs, OptionValues } from './args.js';
import { jsonArgument } from './json-argument.js';
import type { Printer } from './print.js';

/** Options that give an expression its variables. */
export const SCOPE_OPTIONS = {
  main: { kind: 'text', value: 'JSON', help: 'the value of main' },
  payload: { kind: 'text', value: 'JSON', help: 'the value of payload' },
} as const satisfies OptionSpecs;

/** What an expression of the command line sees. What it prints is no result, so it goes to standard error. */
export function scopeOf(options: OptionValues<typeof SCOPE_OPTIONS>, print: Printer): EvaluateOptions {
  return {
    main: options.main === undefined ? undefined : jsonArgument('--main', options.main),
    payload: options.payload === undefined ? undefined : jsonArgument('--payload', options.payload),
    envs: process.env,
    print: (line) => print.note(line),
  };
}
