import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, messageOf, PhlowError } from '../errors.js';
import { findOnPath } from '../sandbox/find-on-path.js';
import { isMap } from '../values.js';
import { visibleBlock, visibleLine } from '../visible-text.js';

/** How npm is asked. */
export interface NpmOptions {
  /** The folder that npm runs in: its `.npmrc` names registries and tokens. */
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** npm tries again by itself for some minutes; what takes longer never ends. */
const MAX_MS = 15 * 60_000;
const MAX_OUTPUT_BYTES = 64 * 1_048_576;
/** Characters of what npm says that are passed on. */
const MAX_SAID = 2_000;

/** The program and its first arguments. Windows has a script in its place, which only a shell could start. */
function npmProgram(): readonly [string, ...string[]] {
  const script = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (process.platform === 'win32' && existsSync(script)) return [process.execPath, script];
  const program = findOnPath('npm');
  if (program !== undefined) return [program];
  const message =
    'Cannot ask a registry: there is no npm on the PATH, and phlow gets packages through the npm of the user; install Node.js with npm, or install from a tarball or a folder';
  throw new PhlowError('PHLOW_NPM_MISSING', message);
}

/**
 * Runs npm and parses the JSON that it prints. Scripts of packages never run. Rejects with PHLOW_NPM_MISSING, and with PHLOW_NPM_FAILED, whose details have npm's
 * own code (`E404`, `E401`, `ENOTFOUND`); with the signal's reason once that has aborted.
 *
 * @param attempt what npm is asked to do, for messages: `get @acme/greet@^1`
 */
export async function askNpm(
  attempt: string,
  words: readonly string[],
  options: NpmOptions,
): Promise<unknown> {
  const { cwd, signal } = options;
  const [program, ...first] = npmProgram();
  const args = [
    ...first,
    ...words,
    '--json',
    '--ignore-scripts',
    '--no-update-notifier',
    '--no-fund',
    '--no-audit',
  ];
  const { error, stdout, stderr } = await new Promise<{ error: unknown; stdout: string; stderr: string }>(
    (resolve) => {
      const settings = {
        cwd,
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: MAX_MS,
        killSignal: 'SIGKILL',
        encoding: 'utf8',
      } as const;
      const child = execFile(
        program,
        args,
        { ...settings, ...(signal === undefined ? {} : { signal }) },
        (failure, out, err) => resolve({ error: failure, stdout: out, stderr: err }),
      );
      child.stdin?.end();
    },
  );
  signal?.throwIfAborted();
  const said = jsonIn(stdout);
  if (error === null) return said;
  throw npmFailed(attempt, said, stderr, error);
}

/** Some versions of npm print notes before the JSON. */
function jsonIn(text: string): unknown {
  const start = /^[[{"]/m.exec(text)?.index ?? 0;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

function npmFailed(attempt: string, said: unknown, stderr: string, cause: unknown): PhlowError {
  const error = isMap(said) && isMap(said['error']) ? said['error'] : {};
  const { code, summary, detail } = error;
  const words = wordsOf([summary, detail]);
  const text = words === '' ? (stderr.trim() === '' ? messageOf(cause) : stderr.trim()) : words;
  const npmCode =
    typeof code === 'string'
      ? code
      : (/^npm (?:error|ERR!) code (\w+)/m.exec(stderr)?.[1] ?? errorCode(cause));
  const message = `Cannot ${attempt}: npm ended with ${visibleLine(npmCode === '' ? 'an error' : npmCode)}:\n  ${visibleBlock(text.slice(0, MAX_SAID))}`;
  return new PhlowError('PHLOW_NPM_FAILED', message, { cause, details: { npmCode } });
}

/** What npm advises where it finds no package. Not all of it can be installed here. */
const ADVICE = /Note that you can also install from a\s+tarball, folder, http url, or git folder\.?/g;

/** What npm says, without its advice. Some versions say the same in the summary and in the details. */
function wordsOf(said: readonly unknown[]): string {
  const lines = said.flatMap((text) =>
    typeof text === 'string' ? text.replace(ADVICE, '').split('\n') : [],
  );
  return [...new Set(lines.map((line) => line.trim()))].filter((line) => line !== '').join('\n');
}

/** Runs npm for a person: what it asks and says goes to the terminal. Resolves with its exit code. */
export async function runNpm(words: readonly string[], { cwd, signal }: NpmOptions): Promise<number> {
  const [program, ...first] = npmProgram();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...words], {
      cwd,
      stdio: 'inherit',
      ...(signal === undefined ? {} : { signal }),
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** What `npm pack` says of the tarball that it has put down. */
export interface NpmPacked {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly integrity: string;
}

/** Has npm get the tarball of a package of a registry into a folder. Rejects as `askNpm`. */
export async function npmPack(spec: string, folder: string, options: NpmOptions): Promise<NpmPacked> {
  const attempt = `get ${visibleLine(spec)} from the registry`;
  const said = await askNpm(attempt, ['pack', spec, '--pack-destination', folder], options);
  const [one] = Array.isArray(said) ? (said as readonly unknown[]) : isMap(said) ? Object.values(said) : [];
  const { name, version, filename, integrity } = isMap(one) ? one : {};
  const isWhole =
    typeof name === 'string' &&
    typeof version === 'string' &&
    typeof filename === 'string' &&
    typeof integrity === 'string';
  // Older versions of npm print the name as it is, with its scope, and write the file without.
  const file = isWhole ? join(folder, filename.replace('@', '').replace('/', '-')) : '';
  if (isWhole && existsSync(file)) return { name, version, file, integrity };
  throw new PhlowError(
    'PHLOW_NPM_FAILED',
    `Cannot ${attempt}: npm does not say which file it has made; use another version of npm`,
    {
      details: { npmCode: '' },
    },
  );
}

/** The versions of a package that a registry has, and its tags. */
export interface NpmVersions {
  readonly versions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Asks which versions of a package there are. Rejects as `askNpm`. */
export async function npmVersions(name: string, options: NpmOptions): Promise<NpmVersions> {
  const said = await askNpm(
    `ask for the versions of ${visibleLine(name)}`,
    ['view', name, 'versions', 'dist-tags'],
    options,
  );
  const { versions = [], 'dist-tags': tags = {} } = isMap(said) ? said : {};
  // One version alone is printed without a list.
  const list = Array.isArray(versions) ? versions : [versions];
  return {
    versions: list.filter((one): one is string => typeof one === 'string'),
    tags: Object.fromEntries(
      Object.entries(isMap(tags) ? tags : {}).filter(
        (tag): tag is [string, string] => typeof tag[1] === 'string',
      ),
    ),
  };
}
