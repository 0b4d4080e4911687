import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { resultText } from '../json-text.js';
import { SCOPE_OPTIONS, scopeOf } from '../scope.js';

/** Evaluates one phs expression. */
export const evalCode = defineCommand({
  name: 'eval',
  parameters: 'CODE',
  summary: 'evaluate a phs expression and print its value',
  details: `Example: phlow eval 'main.items.filter(|x| x > 1)' --main '{"items":[1,2,3]}'`,
  positionals: { least: 1, most: 1 },
  options: {
    ...SCOPE_OPTIONS,
    json: { kind: 'flag', help: 'print the value, or the error, as one line of JSON' },
  },
  async run({ options, positionals }, { print }) {
    const { evaluate } = await library();
    const value = evaluate(positionals[0] ?? '', scopeOf(options, print));
    const text = resultText(value, options.json === true);
    if (text !== undefined) print.result(text);
    return EXIT.ok;
  },
});
