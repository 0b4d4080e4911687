import { readFile, stat } from 'node:fs/promises';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import type { LearnOptions, Learnt } from '../../index.js';
import type { Value } from '../../values.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { usage, moduleArgument } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { filesBelow } from '../files-below.js';
import { jsonArgument } from '../json-argument.js';
import { library } from '../library.js';
import { LOCK_NOTES } from '../lock-notes.js';
import type { Printer } from '../print.js';
import { jsonText } from '../json-text.js';

/** Runs a module with samples and finds the smallest set of permissions with which they pass. */
export const learn = defineCommand({
  name: 'learn',
  parameters: 'MODULE [INPUT_JSON...]',
  summary: 'run a module’s tests or sample inputs and find out which permissions it needs',
  details: [
    'The module runs with nothing granted. Each refused permission is recorded and granted, and it runs again until nothing new comes up. Permissions that make no',
    'difference are then left out. Without inputs and --tests it runs the "examples:" of the manifest’s "input:" and every *.test.phlow in its folder.',
    'Its files go to a scratch folder; requests to public addresses are really sent, several times. It gets no path of this machine, no',
    'private address and no real value of a variable unless --grant names them. The block is printed; --write puts it into phlow.yaml if nothing failed.',
  ].join('\n'),
  positionals: { least: 1, most: Infinity },
  options: {
    inputs: { kind: 'text', value: 'FILE', help: 'a JSON file with a list of inputs' },
    tests: {
      kind: 'text',
      value: 'PATH',
      help: 'a flow with tests, or a folder: every *.test.phlow below it',
    },
    with: { kind: 'text', value: 'JSON', help: "the module's settings for the inputs" },
    isolation: {
      kind: 'text',
      value: 'LEVEL',
      help: 'isolated (default), sandboxed, or guarded: for modules that use Node.js directly',
    },
    grant: {
      kind: 'text',
      value: 'JSON',
      help: 'what it may really use: secrets, private addresses, paths of this machine',
    },
    write: { kind: 'flag', help: "write the block into the module's phlow.yaml" },
    'dry-run': { kind: 'flag', help: 'write nothing, which is the default' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals: [module = '', ...texts] }, { print, signal }) {
    if (options.write === true && options['dry-run'] === true)
      throw usage('Options --write and --dry-run exclude each other');
    const inputs = [
      ...(options.inputs === undefined ? [] : await inputsIn(options.inputs)),
      ...texts.map((text, i) => jsonArgument(`input ${i + 1}`, text)),
    ];
    const library_ = await library();
    const learning = library_.learn(moduleArgument(module), {
      inputs,
      tests: options.tests === undefined ? [] : await testsAt(options.tests),
      with: options.with === undefined ? undefined : jsonArgument('--with', options.with),
      grant: options.grant === undefined ? undefined : jsonArgument('--grant', options.grant),
      // The library refuses what is no level.
      ...(options.isolation === undefined
        ? {}
        : { isolation: options.isolation as LearnOptions['isolation'] & string }),
      write: options.write === true,
      signal,
    });
    const learnt = await learning.catch((error: unknown) => {
      const block = isPhlowError(error) ? error.details['block'] : undefined;
      // What was learnt is not lost with the file that it was to go into.
      if (typeof block === 'string' && options.json !== true) print.result(block);
      throw error;
    });
    if (options.json === true) print.result(jsonText(learnt));
    else printReport(learnt, options.write === true, print);
    return learnt.failures.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

function printReport(learnt: Learnt, isToBeWritten: boolean, print: Printer): void {
  const { block, written, samples, rounds, trials, failures, level, lock, accept } = learnt;
  print.result(
    block ?? (failures.length === 0 ? '# it needs no permissions' : '# nothing was learnt: something failed'),
  );
  const times = rounds + trials;
  print.note(
    `ran ${samples} ${samples === 1 ? 'sample' : 'samples'} at level ${level}, ${times === 1 ? 'once' : `${times} times`}`,
  );
  for (const { sample, error } of failures)
    print.note(`${visibleLine(sample)} failed: ${visibleLine(error)}`);
  for (const refused of learnt.refused) print.note(`not learnt, decide for yourself: ${refused}`);
  for (const caution of learnt.cautions) print.note(`${print.alarm('warning')}: ${caution}`);
  for (const name of learnt.madeUp)
    print.note(`env ${name} had a made-up value; to use its real value: --grant '{"env":["${name}"]}'`);
  for (const unneeded of learnt.unneeded) print.note(`not needed for what was run: ${unneeded}`);
  const found = LOCK_NOTES[lock];
  if (found !== undefined) {
    const unaccepted = lock === 'narrower' ? '' : '; the code that just ran has not been accepted';
    print.note(`${print.alarm('warning')}: ${found}${unaccepted}`);
  }
  if (written !== undefined) print.note(`wrote ${visiblePath(written)}`);
  else if (isToBeWritten) print.note('Nothing was written, because something failed.');
  if (accept !== undefined)
    print.note(
      `${written === undefined ? '' : 'The lock file does not contain the new block. '}If you accept the module as it is now: ${accept}`,
    );
}

async function testsAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  const files =
    found?.isDirectory() === true ? filesBelow(path, (name) => name.endsWith('.test.phlow')) : [path];
  if (found !== undefined && files.length > 0) return files;
  const state = found === undefined ? 'there is no such file or folder' : 'it contains no *.test.phlow';
  throw new PhlowError('PHLOW_USAGE', `Cannot find the tests at ${path}: ${state}`);
}

async function inputsIn(file: string): Promise<readonly Value[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PhlowError('PHLOW_USAGE', `Cannot read the inputs in ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const data = jsonArgument(`the inputs in ${file}`, text);
  if (Array.isArray(data)) return data as readonly Value[];
  throw new PhlowError('PHLOW_USAGE', `Cannot read the inputs in ${file}: it must contain a JSON list`);
}
