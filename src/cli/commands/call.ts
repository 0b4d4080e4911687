import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonArgument } from '../json-argument.js';
import { milliseconds } from '../milliseconds.js';
import { resultText } from '../result-text.js';
import { withHost } from '../with-host.js';

/** Loads one module, sends it one package and prints the reply. */
export const call = defineCommand({
  name: 'call',
  parameters: 'MODULE [INPUT_JSON]',
  summary: 'load a module, send it one package, print the reply',
  details: [
    'MODULE is the name of a built-in module, of a folder under phlow_packages, or the path of a folder.',
    `Example: phlow call cache '{"action":"stats"}' --with '{"capacity":10}'`,
  ].join('\n'),
  positionals: { least: 1, most: 2 },
  options: {
    with: { kind: 'text', value: 'JSON', help: "the module's settings" },
    payload: { kind: 'text', value: 'JSON', help: 'the payload that the package carries beside its input' },
    timeout: { kind: 'text', value: 'MS', help: 'give up after so many milliseconds' },
    json: { kind: 'flag', help: 'print the reply, or the error, as one line of JSON' },
  },
  async run({ options, positionals }, { print, signal }) {
    const [module = '', inputText] = positionals;
    const input = inputText === undefined ? undefined : jsonArgument('the input', inputText);
    const settings = options.with === undefined ? undefined : jsonArgument('--with', options.with);
    const payload = options.payload === undefined ? undefined : jsonArgument('--payload', options.payload);
    const timeoutMs = options.timeout === undefined ? undefined : milliseconds(options.timeout);
    const reply = await withHost(signal, async (host) => {
      const loaded = await host.load(pathOrName(module), { with: settings });
      return loaded.call(input, { payload, signal, timeoutMs });
    });
    const text = resultText(reply, options.json === true);
    if (text !== undefined) print.result(text);
    return EXIT.ok;
  },
});

/** A path may be written without `./` here, as people do on a command line. */
function pathOrName(module: string): string {
  return module.includes('/') && existsSync(join(module, 'phlow.yaml')) ? resolve(module) : module;
}
