import type { OptionSpec, OptionSpecs } from './args.js';
import type { Command } from './command.js';

/** The help of `phlow` itself. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`${command.name} ${command.parameters}`, command.summary] as const);
  return [
    'Usage: phlow COMMAND ...',
    '       phlow FILE [options]    run a flow (short for phlow run FILE)',
    '',
    'Commands:',
    ...table(rows),
    '',
    'Options:',
    ...table([
      ['-h, --help', 'show this help, or that of a command: phlow COMMAND --help'],
      ['-V, --version', 'show the version'],
    ]),
    '',
    'The result goes to standard output, everything else to standard error.',
    'Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 invalid file, 4 module failed to load, 130/143 interrupted.',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const lines = [`Usage: ${usageOf(command)}`, '', command.summary];
  if (command.details !== undefined) lines.push('', command.details);
  lines.push('', 'Options:', ...table(optionRows(command.options)));
  return lines.join('\n');
}

/** How a command is written. */
export function usageOf({ name, parameters }: Command): string {
  return `phlow ${name} ${parameters}`.trimEnd();
}

function optionRows(specs: OptionSpecs): (readonly [string, string])[] {
  const rows = Object.entries(specs)
    .filter(([, spec]) => spec.kind !== 'refused')
    .map(([name, spec]) => [optionName(name, spec), spec.help] as const);
  return [...rows, ['-h, --help', 'show this help']];
}

function optionName(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `;
  return `${short}--${name}${spec.kind === 'flag' ? '' : ` ${spec.value ?? 'VALUE'}`}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
