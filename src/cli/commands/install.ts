import type { InstallReport, PackageChange } from '../../index.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { usage } from '../args.js';
import { defineCommand, type CommandContext } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { isTyped, readLines } from '../line-reader.js';
import type { Printer } from '../print.js';

/** What install and update have in common. */
export const INSTALL_OPTIONS = {
  accept: {
    kind: 'flag',
    help: 'accept what asks for more than before, and replace what no install has put there',
  },
  'dry-run': { kind: 'flag', help: 'get and check everything, and write nothing' },
  json: { kind: 'flag', help: 'print one line of JSON' },
} as const;

/** Installs modules into phlow_packages. */
export const install = defineCommand({
  name: 'install',
  parameters: '[TARBALL | FOLDER | NAME[@RANGE]]...',
  summary: 'install modules into phlow_packages, and accept them in phlow.lock',
  details: [
    'A tarball ends with .tgz; a folder is packed first; paths begin with ./, ../ or /. A name is got by the npm on the PATH, with the registry and the token of',
    'your .npmrc. Scripts of packages never run. Shows what each asks for; of an update also what differs, and one that asks for more is refused unless --accept',
    'is given or, on a terminal, the question is answered with y. Nothing is granted by that: see phlow permissions NAME.',
    'Without arguments: what phlow.lock names and is not there, exactly as it was accepted.',
    'Exits with 1 for a package that is refused or that npm cannot get, 3 for a tarball that is not to be unpacked, 4 for a lock file that cannot be read.',
    'Example: phlow install @acme/greet@^1.2',
  ].join('\n'),
  positionals: { least: 0, most: Infinity },
  options: {
    ...INSTALL_OPTIONS,
    frozen: { kind: 'flag', help: 'for CI: compare what is installed with phlow.lock, and write nothing' },
  },
  async run({ options, positionals }, context) {
    const { print } = context;
    if (options.frozen === true) {
      if (positionals.length > 0 || options.accept === true)
        throw usage('Option --frozen compares what is there: it takes no package and no --accept');
      return compare(options.json === true, print);
    }
    const { installPackages } = await library();
    const isDryRun = options['dry-run'] === true;
    const report = await installPackages(positionals, installOptions(options, context));
    const nothing = 'every module that phlow.lock names is there; --frozen compares what they are made of';
    printReport(report, { isJson: options.json === true, isDryRun, nothing }, print);
    return EXIT.ok;
  },
});

/** How install and update run: on a terminal they ask. */
export function installOptions(
  options: { readonly accept?: true; readonly 'dry-run'?: true; readonly json?: true },
  { print, signal }: CommandContext,
): {
  accept: boolean;
  dryRun: boolean;
  signal: AbortSignal;
  confirm?: (changes: readonly PackageChange[]) => Promise<boolean>;
} {
  const mayAsk = isTyped() && options.json !== true;
  const confirm = async (changes: readonly PackageChange[]): Promise<boolean> => {
    for (const { text } of changes) print.note(text);
    for await (const line of readLines({ prompt: () => 'Accept that? [y/N] ', signal }))
      return /^y(?:es)?$/i.test(line.trim());
    return false;
  };
  return {
    accept: options.accept === true,
    dryRun: options['dry-run'] === true,
    signal,
    ...(mayAsk ? { confirm } : {}),
  };
}

/** Prints what an install has done, or would do. */
export function printReport(
  report: InstallReport,
  how: { readonly isJson: boolean; readonly isDryRun: boolean; readonly nothing: string },
  print: Printer,
): void {
  const { changes, written, notes } = report;
  if (how.isJson) {
    const packages = changes.map((change) => ({ ...change, from: change.from ?? null }));
    print.result(jsonText({ packages, written: written ?? null, notes }));
    return;
  }
  for (const { text } of changes) print.result(text);
  if (changes.length === 0) print.result(how.nothing);
  if (how.isDryRun) print.note('nothing was written');
  else if (written !== undefined) print.result(`wrote ${visiblePath(written)}`);
  for (const note of notes) print.note(`note: ${note}`);
}

/** What is installed has to be what the lock file says. */
async function compare(isJson: boolean, print: Printer): Promise<number> {
  const { lockModules } = await library();
  const report = await lockModules({ frozen: true });
  const { changes, gone } = report;
  const isSame = changes.length + gone.length === 0;
  if (isJson) print.result(jsonText({ isSame, changes, gone }));
  else {
    for (const { text } of changes) print.result(text);
    for (const name of gone) print.result(`${visibleLine(name)}\n  is not installed: phlow install`);
    if (isSame) print.result('everything is installed as phlow.lock says');
  }
  return isSame ? EXIT.ok : EXIT.failed;
}
