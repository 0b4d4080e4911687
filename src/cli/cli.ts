import { existsSync } from 'node:fs';
import { isPhlowError } from '../errors.js';
import { PHLOW_VERSION } from '../version.js';
import { parseArguments, usage } from './args.js';
import type { Command, CommandContext } from './command.js';
import { COMMANDS } from './commands/table.js';
import { errorJson, errorText } from './error-text.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import { commandHelp, generalHelp, usageOf } from './help.js';
import { assertPlainForm, plainForm } from './plain-form.js';

/** Runs one command line (without `node` and the script) to its end and resolves with the exit code. Reports every error itself. */
export async function runCli(argv: readonly string[], context: CommandContext): Promise<number> {
  const { print } = context;
  try {
    return await dispatch(argv, context);
  } catch (error) {
    if (wantsJson(argv)) print.result(errorJson(error));
    else if (context.signal.aborted && isPhlowError(error) && error.code === 'PHLOW_HOST_CLOSED')
      // The interruption has closed the host under what was going on: that is no fault of it.
      print.note('Interrupted');
    else print.note(errorText(error, print));
    return isPhlowError(error) ? exitCodeOf(error.code) : EXIT.failed;
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<number> {
  const [first] = argv;
  const { print } = context;
  if (first === '--help' || first === '-h' || first === 'help') {
    const topic = first === 'help' ? commandNamed(argv[1]) : undefined;
    print.result(topic === undefined ? generalHelp(COMMANDS) : commandHelp(topic));
    return EXIT.ok;
  }
  if (first === '--version' || first === '-V') {
    print.result(PHLOW_VERSION);
    return EXIT.ok;
  }
  // The original runs the flow of the current folder; who has none is new here.
  if (first === undefined && process.env['PHLOW_MAIN'] === undefined && !existsSync('main.phlow')) {
    print.note(generalHelp(COMMANDS));
    return EXIT.usage;
  }
  const command = commandNamed(first);
  if (command !== undefined) return runCommand(command, argv.slice(1), context);
  if (first !== undefined) assertPlainForm(argv, COMMANDS);
  return runCommand(plainForm, argv, context);
}

function commandNamed(name: string | undefined): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  const help = { help: { kind: 'flag', short: 'h', help: 'show this help' } } as const;
  const options = { ...command.options, ...help };
  const own = (await command.ownWords?.(argv, options)) ?? argv.length;
  const args = { ...parseArguments(argv.slice(0, own), options), words: argv.slice(own) };
  if (args.options['help'] === true) {
    context.print.result(commandHelp(command));
    return EXIT.ok;
  }
  const { least, most } = command.positionals;
  if (args.positionals.length < least) {
    throw usage(`Command "${command.name}" needs more: ${usageOf(command)}`);
  }
  if (args.positionals.length > most) {
    const extra = args.positionals[most] ?? '';
    throw usage(`Command "${command.name}" does not take "${extra}": ${usageOf(command)}`);
  }
  return command.run(args, context);
}

/** Also true when the command line itself is wrong: a program that asked for JSON must be able to read the complaint. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}
