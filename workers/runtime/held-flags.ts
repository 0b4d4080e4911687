import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PhlowError } from '../../src/errors.js';
import { isReadable, type Held } from './held-imports.js';

/** Flags with a file that Node runs before the one that it was asked for. */
const PRELOADS = ['-r', '--require', '--import'];

/** Flags with a file whose code runs where no hooks are, or that names more flags. */
const UNSEEN = [
  '--loader',
  '--experimental-loader',
  '--env-file',
  '--env-file-if-exists',
  '--experimental-config-file',
  '--experimental-default-config-file',
  '--snapshot-blob',
  '--build-snapshot',
  '--build-snapshot-config',
  '--build-sea',
  '--experimental-sea-config',
  '--experimental-policy',
  '--openssl-config',
  '--run',
];

/** Those that are followed by no value. */
const ALONE = new Set(['--build-snapshot', '--experimental-default-config-file']);

/** What a thread or a process is to be started with. */
export interface StartFlags {
  readonly execArgv: readonly string[];
  /** The text of NODE_OPTIONS; undefined where it is not set. */
  readonly nodeOptions: string | undefined;
}

interface Preload {
  readonly flag: string;
  readonly value: string;
}

/** Flags by which Node runs other files: what the process itself was started with is its owner's, a module's own choice is held to the copy. */
export class HeldFlags {
  readonly #held: Held;
  readonly #owners: ReadonlySet<string>;

  constructor(held: Held, ofProcess: StartFlags) {
    this.#held = held;
    const inherited = [ofProcess.execArgv, words(ofProcess.nodeOptions)].flatMap(
      (all) => preloadsIn(all).flags,
    );
    this.#owners = new Set(inherited.map(keyOf));
  }

  /**
   * The flags with those first that hold what starts, and after it the module's own, by `--import`: `--require` would come before it. Throws
   * PHLOW_LOCK_MISMATCH for those that run what is not in the copy.
   */
  behind(first: readonly string[], { execArgv, nodeOptions }: StartFlags): readonly string[] {
    for (const preload of preloadsIn(words(nodeOptions)).flags) {
      if (this.#owners.has(keyOf(preload))) continue;
      // It would come before all others.
      this.#find(preload);
      throw refused(preload, 'in NODE_OPTIONS, where it runs first; give it in execArgv');
    }
    const { flags, rest } = preloadsIn(execArgv);
    const before: string[] = [];
    const after: string[] = [];
    for (const preload of flags) {
      const { flag, value } = preload;
      // A thread that is held itself passes on what holds it, which is imported once.
      if (first.includes(value)) continue;
      const isLone = ALONE.has(flag);
      if (this.#owners.has(keyOf(preload))) before.push(flag, ...(isLone ? [] : [value]));
      else after.push('--import', this.#find(preload));
    }
    return [...before, ...first, ...after, ...rest];
  }

  /** The URL of the file of the copy, or of phlow, that such a flag names. */
  #find(preload: Preload): string {
    const { flag, value } = preload;
    if (!PRELOADS.includes(flag))
      throw refused(preload, 'which runs or reads files that nothing holds to it');
    const path = fileOf(value);
    if (!isReadable(path, this.#held))
      throw refused(
        preload,
        `which is found at ${path} and is not among them; put a copy of it into the module's folder`,
      );
    return pathToFileURL(path).href;
  }
}

function refused({ flag, value }: Preload, why: string): PhlowError {
  return new PhlowError(
    'PHLOW_LOCK_MISMATCH',
    `A module that is held to the files that were accepted starts Node with ${JSON.stringify(`${flag} ${value}`.trim().slice(0, 200))}, ${why}`,
    { details: { flag, value: value.slice(0, 200) } },
  );
}

/** Where Node finds what such a flag names. */
function fileOf(value: string): string {
  if (value.startsWith('file:')) return fileURLToPath(value);
  try {
    return createRequire(join(process.cwd(), 'started')).resolve(value);
  } catch (error) {
    // It is refused on the way, or there is none, or none yet.
    const found = error instanceof PhlowError ? error.details['found'] : undefined;
    return typeof found === 'string' ? found : resolve(value);
  }
}

function keyOf({ flag, value }: Preload): string {
  return JSON.stringify([flag, value]);
}

/** Takes the flags out that make Node run other files, by the spellings that Node knows. */
function preloadsIn(words: readonly string[]): { readonly flags: Preload[]; readonly rest: string[] } {
  const flags: Preload[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name = '', value] = /^([^=]*)(?:=([^]*))?$/.exec(word) ?? [];
    const flag = name.startsWith('-') ? name.replaceAll('_', '-') : '';
    if (!PRELOADS.includes(flag) && !UNSEEN.includes(flag)) rest.push(word);
    else flags.push({ flag, value: value ?? (ALONE.has(flag) ? '' : (words[++at] ?? '')) });
  }
  return { flags, rest };
}

/** The words of NODE_OPTIONS as Node takes them apart: at spaces, but for those between quotes, where a backslash holds for one character. */
function words(text = ''): readonly string[] {
  const found: string[] = [];
  let word = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && isQuoted) word += text[++at] ?? '';
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ' ' && !isQuoted) {
      found.push(word);
      word = '';
    } else word += char;
  }
  return [...found, word].filter((one) => one !== '');
}
