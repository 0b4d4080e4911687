import { defineCommand } from '../command.js';
import { errorText } from '../error-text.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { isTyped, readLines } from '../line-reader.js';
import { SCOPE_OPTIONS, scopeOf } from '../scope.js';

const HELP = [
  'A line is a phs script: its value is shown as phs writes it. What it declares with let, const or fn stays.',
  '.names lists what was declared, .exit (or the end of input) ends.',
].join('\n');

/** Evaluates phs line by line. */
export const repl = defineCommand({
  name: 'repl',
  parameters: '',
  summary: 'evaluate phs line by line',
  details: HELP,
  positionals: { least: 0, most: 0 },
  options: SCOPE_OPTIONS,
  async run({ options }, { print, signal }) {
    const { Session } = await library();
    const session = new Session(scopeOf(options, print));
    let hasFailed = false;
    if (isTyped()) print.note('phs, line by line. .help says more.');
    for await (const line of readLines('> ', signal)) {
      const text = line.trim();
      if (text === '.exit') break;
      if (text === '.help') print.note(HELP);
      else if (text === '.names') print.note(session.names.join(' '));
      else if (text !== '') {
        try {
          const value = session.evaluate(line);
          if (value !== undefined) print.result(value);
        } catch (error) {
          hasFailed = true;
          print.note(errorText(error, print));
        }
      }
    }
    // A person has seen what failed; a script wants to be told.
    return hasFailed && !isTyped() ? EXIT.failed : EXIT.ok;
  },
});
