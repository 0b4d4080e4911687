import { defineCommand } from '../command.js';
import { errorText } from '../error-text.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { isTyped, readLines } from '../line-reader.js';
import { SCOPE_OPTIONS, scopeOf } from '../scope.js';

const HELP = [
  'A line is a phs script: its value is shown as phs writes it. Whatever it declares with let, const or fn stays.',
  'An incomplete line continues in the next one; on a terminal, an empty line ends it.',
  '.names lists what was declared; .exit (or the end of input) ends the session.',
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
    let failures = 0;
    if (isTyped()) print.note('phs, line by line. .help says more.');
    const evaluate = (script: string): void => {
      try {
        const value = session.evaluate(script);
        if (value !== undefined) print.result(value);
      } catch (error) {
        failures++;
        print.note(errorText(error, print));
      }
    };
    const begun: string[] = [];
    const finish = (): void => {
      const script = begun.splice(0).join('\n');
      if (script.trim() !== '') evaluate(script);
    };
    for await (const line of readLines(() => (begun.length === 0 ? '> ' : '. '), signal)) {
      const text = line.trim();
      const isFirst = begun.length === 0;
      if (isFirst && text === '.exit') break;
      if (isFirst && text === '.help') print.note(HELP);
      else if (isFirst && text === '.names') print.note(session.names.join(' '));
      else {
        begun.push(line);
        const isCutShort = text === '' && isTyped();
        if (isCutShort || !session.isIncomplete(begun.join('\n'))) finish();
      }
    }
    finish();
    // A person has seen what failed; a script needs an exit code.
    return failures > 0 && !isTyped() ? EXIT.failed : EXIT.ok;
  },
});
