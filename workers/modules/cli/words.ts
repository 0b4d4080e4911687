import type { Definition } from './definitions.js';

/** The words of a command line, told apart. */
export interface Words {
  /** What was given for each flag, by the flag as it is written (`--name`, `-n`), in order; `true` for a flag without a value. */
  readonly flags: ReadonlyMap<string, readonly (string | true)[]>;
  /** The words that are no flags and no values of flags; the first is the flow's file. */
  readonly positionals: readonly string[];
  /** Flags that no definition names, in order. */
  readonly unknown: readonly string[];
  readonly wantsHelp: boolean;
}

const HELP_FLAGS: readonly string[] = ['--help', '-h', '-H'];
/** What a boolean flag takes for its value; any other word behind it is a word of its own. */
const BOOLEAN_WORDS: readonly string[] = ['true', 'false', '1', '0'];

/**
 * Tells the words apart from left to right. The value of a flag is behind its `=`, or the next word, whatever that looks like. Words behind `--` are never flags;
 * a `--` right behind the flow's file only separates the two and is dropped.
 */
export function wordsOf(argv: readonly string[], definitions: readonly Definition[]): Words {
  const known = new Map(definitions.flatMap((one) => flagsOf(one).map((flag) => [flag, one] as const)));
  const flags = new Map<string, (string | true)[]>();
  const unknown: string[] = [];
  const [file = '', ...behind] = argv;
  const positionals = [file];
  let wantsHelp = false;
  let areFlagsOver = false;
  const words = behind[0] === '--' ? behind.slice(1) : behind;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (areFlagsOver || !word.startsWith('-')) {
      positionals.push(word);
      continue;
    }
    if (word === '--') {
      areFlagsOver = true;
      continue;
    }
    if (HELP_FLAGS.includes(word)) wantsHelp = true;
    const [flag = '', ...parts] = word.split('=');
    const definition = known.get(flag);
    if (definition === undefined) {
      if (!HELP_FLAGS.includes(flag)) unknown.push(flag);
      continue;
    }
    let value: string | true | undefined = parts.length > 0 ? parts.join('=') : undefined;
    if (value === undefined) {
      const next = words[i + 1];
      const isTaken = next !== undefined && (definition.type !== 'boolean' || BOOLEAN_WORDS.includes(next));
      if (isTaken) {
        i++;
        if (HELP_FLAGS.includes(next)) wantsHelp = true;
      }
      // A flag that wants a value and is the last word counts as not given.
      value = isTaken ? next : definition.type === 'boolean' ? true : undefined;
    }
    if (value !== undefined) flags.set(flag, [...(flags.get(flag) ?? []), value]);
  }
  return { flags, positionals, unknown, wantsHelp };
}

/** The flags of a definition as they are written, the long one first. */
export function flagsOf({ long, short }: Definition): readonly string[] {
  return [...(long === undefined ? [] : [`--${long}`]), ...(short === undefined ? [] : [`-${short}`])];
}
