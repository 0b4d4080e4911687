import { existsSync } from 'node:fs';
import { didYouMean } from '../nearest.js';
import { parseArguments, usage, type OptionSpecs } from './args.js';
import type { Command } from './command.js';

/** Options that `phlow` itself takes, without a command. */
export const GENERAL_OPTIONS = {
  help: { kind: 'flag', short: 'h', help: 'show this help, or that of a command: phlow COMMAND --help' },
  version: { kind: 'flag', short: 'V', help: 'show the version' },
} as const satisfies OptionSpecs;

/**
 * Explains a command line whose first word is no command: an option that nobody knows, a misspelt command, a file that is not there.
 *
 * @throws PhlowError PHLOW_USAGE, always.
 */
export function refuseCommandLine(argv: readonly string[], commands: readonly Command[]): never {
  const [first = ''] = argv;
  if (first.startsWith('-')) parseArguments(argv.slice(0, 1), GENERAL_OPTIONS);
  const hint = didYouMean(
    first,
    commands.map((command) => command.name),
  );
  const what = existsSync(first) ? 'is no flow' : 'is neither a command nor a file';
  throw usage(`Cannot run "${first}": it ${what}.${hint} See phlow --help`);
}
