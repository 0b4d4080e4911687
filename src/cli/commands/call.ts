import type { Host, Value } from '../../index.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { heldBy, MODULE_HOLD_OPTIONS } from '../hold-options.js';
import { jsonArgument } from '../json-argument.js';
import { milliseconds, moduleArgument } from '../args.js';
import { NATS_OPTION } from '../nats-option.js';
import { resultText } from '../json-text.js';
import { withHost } from '../with-host.js';

/** Loads one module, sends it one package and prints the reply. */
export const call = defineCommand({
  name: 'call',
  parameters: 'MODULE [INPUT_JSON]',
  summary: 'load a module, send it one package, print the reply',
  details: [
    'MODULE is the name of a built-in module, the name of a folder under phlow_packages, the path of a folder, or nats:NAME for one that another host serves.',
    `Example: phlow call cache '{"action":"stats"}' --with '{"capacity":10}'`,
  ].join('\n'),
  positionals: { least: 1, most: 2 },
  options: {
    with: { kind: 'text', value: 'JSON', help: "the module's settings" },
    payload: {
      kind: 'text',
      value: 'JSON',
      help: 'the payload that the package carries in addition to its input',
    },
    timeout: { kind: 'text', value: 'MS', help: 'give up after this many milliseconds' },
    ...MODULE_HOLD_OPTIONS,
    ...NATS_OPTION,
    json: { kind: 'flag', help: 'print the reply, or the error, as one line of JSON' },
  },
  async run({ options, positionals }, { print, signal }) {
    const [module = '', inputText] = positionals;
    const input = inputText === undefined ? undefined : jsonArgument('the input', inputText);
    const settings = options.with === undefined ? undefined : jsonArgument('--with', options.with);
    const held = heldBy(options);
    const payload = options.payload === undefined ? undefined : jsonArgument('--payload', options.payload);
    const timeoutMs = options.timeout === undefined ? undefined : milliseconds(options.timeout);
    const callIt = async (host: Host): Promise<Value> => {
      const loaded = await host.load(moduleArgument(module), { with: settings, ...held });
      return loaded.call(input, { payload, signal, timeoutMs });
    };
    const reply = await withHost(signal, callIt, options.nats);
    const text = resultText(reply, options.json === true);
    if (text !== undefined) print.result(text);
    return EXIT.ok;
  },
});
