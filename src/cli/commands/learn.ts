import { readFile } from 'node:fs/promises';
import { messageOf, PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonArgument } from '../json-argument.js';
import { library } from '../library.js';
import { moduleArgument } from '../module-argument.js';
import { resultText } from '../result-text.js';

/** Runs a module with sample inputs and writes what it needs. */
export const learn = defineCommand({
  name: 'learn',
  parameters: 'MODULE [INPUT_JSON...]',
  summary: 'run a module with sample inputs and find out which permissions it needs',
  details: [
    'The module runs isolated with nothing granted; what it asks of the host is noted, granted, and it runs again until nothing new comes up.',
    'Without inputs those under "examples:" of the manifest’s "input:" are sent.',
    'What it writes goes to a temporary folder; requests to the network are really sent. The block is printed; --write puts it into phlow.yaml.',
  ].join('\n'),
  positionals: { least: 1, most: Infinity },
  options: {
    inputs: { kind: 'text', value: 'FILE', help: 'a JSON file with a list of inputs' },
    with: { kind: 'text', value: 'JSON', help: "the module's settings" },
    write: { kind: 'flag', help: "write the block into the module's phlow.yaml" },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals: [module = '', ...texts] }, { print }) {
    const inputs = [
      ...(options.inputs === undefined ? [] : await inputsIn(options.inputs)),
      ...texts.map((text, i) => jsonArgument(`input ${i + 1}`, text)),
    ];
    const library_ = await library();
    const learnt = await library_.learn(moduleArgument(module), {
      inputs,
      with: options.with === undefined ? undefined : jsonArgument('--with', options.with),
      write: options.write === true,
    });
    if (options.json === true) print.result(resultText(learnt, true) ?? '');
    else {
      print.result(learnt.block ?? '# it needs no permissions');
      if (learnt.written !== undefined) print.note(`wrote ${learnt.written}`);
      for (const { input, error } of learnt.failures) print.note(`input ${input + 1} failed: ${error}`);
      for (const refused of learnt.refused) print.note(`not learnt, decide for yourself: ${refused}`);
    }
    return learnt.failures.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

async function inputsIn(file: string): Promise<readonly Value[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PhlowError('PHLOW_USAGE', `Cannot read the inputs in ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const data = jsonArgument(`the inputs in ${file}`, text);
  if (Array.isArray(data)) return data as readonly Value[];
  throw new PhlowError('PHLOW_USAGE', `Cannot read the inputs in ${file}: it must hold a JSON list`);
}
