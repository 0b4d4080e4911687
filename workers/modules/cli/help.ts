import type { CommandLineView, StyledText } from '../../../src/sdk/index.js';
import type { Definition, Settings } from './definitions.js';

type Program = CommandLineView['program'];
type Line = readonly StyledText[];

/** What a flow says about itself, in the order of the help. */
const FACTS = [
  ['Version', 'version'],
  ['Description', 'description'],
  ['License', 'license'],
  ['Author', 'author'],
  ['Homepage', 'homepage'],
  ['Repository', 'repository'],
] as const;

const INDENT = '       ';

/** The help of a command, with what was wrong with its arguments. */
export function helpText(
  program: Program,
  definitions: Settings['definitions'],
  errors: readonly string[],
): readonly StyledText[] {
  const known = Array.isArray(definitions) ? (definitions as readonly Definition[]) : [];
  const blocks: readonly (readonly Line[])[] = [
    [
      [title('Usage:'), plain(` ${program.name ?? 'Phlow Cli'}`)],
      ...FACTS.flatMap(([label, key]): Line[] =>
        program[key] === undefined ? [] : [[plain(`${INDENT}${label}: ${program[key]}`)]],
      ),
    ],
    errors.length === 0
      ? []
      : [[title('Error:')], ...errors.map((error): Line => [plain(INDENT), red(error)])],
    section(
      'Arguments:',
      known.filter(({ index }) => index !== undefined),
      () => '',
    ),
    section(
      'Options:',
      known.filter(({ index }) => index === undefined),
      flagsText,
    ),
  ];
  const lines = blocks
    .filter((block) => block.length > 0)
    .flatMap((block, i) => (i === 0 ? block : [[], ...block]));
  return lines.flatMap((line) => [...line, plain('\n')]);
}

function section(
  name: string,
  definitions: readonly Definition[],
  flags: (definition: Definition) => string,
): readonly Line[] {
  if (definitions.length === 0) return [];
  return [[title(name)], ...definitions.map((one) => definitionLine(one, flags(one)))];
}

function definitionLine(definition: Definition, flags: string): Line {
  const { name, isRequired, defaults, help, allowed } = definition;
  const choice = allowed === undefined ? '' : ` (one of: ${allowed.join(', ')})`;
  const rest = `${defaults?.join(',') ?? ''} ${help}${choice}`.trimEnd();
  return [
    plain(`  ${flags}`),
    { text: name, styles: ['bold', 'blue'] },
    plain(' '),
    isRequired ? { text: '[required]', styles: ['yellow', 'bold'] } : plain('[optional]'),
    plain(rest === '' ? '' : ` ${rest}`),
  ];
}

function flagsText({ long, short }: Definition): string {
  return `${long === undefined ? '' : `--${long}`}${short === undefined ? '' : `, -${short}`} `;
}

function title(text: string): StyledText {
  return { text, styles: ['bold', 'underline'] };
}

function red(text: string): StyledText {
  return { text, styles: ['red'] };
}

function plain(text: string): StyledText {
  return { text };
}
