import { currentFolder } from '../../current-folder.js';
import type { IsolationLevel } from '../../index.js';
import { didYouMean } from '../../nearest.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { errorText } from '../error-text.js';
import { EXIT } from '../exit-code.js';
import { heldBy } from '../hold-options.js';
import { library } from '../library.js';
import { isTyped } from '../line-reader.js';
import { History, historyFile } from '../repl/history.js';
import { ReplModules } from '../repl/repl-modules.js';
import { Repl } from '../repl/repl.js';
import { SCOPE_OPTIONS, scopeOf } from '../scope.js';

const HELP = [
  'A line is a phs script: its value is shown as phs writes it. Whatever it declares with let, const or fn stays.',
  'An incomplete line continues in the next one; on a terminal, an empty line ends it.',
  'Modules are functions: cache("get", "a"), echo({ a: 1 }). Each is loaded when it is called first; packages run at level isolated.',
  '.load MODULE [SETTINGS_JSON] loads one by its path, or with settings. .modules lists those that can be called, .names what was declared;',
  '.exit (or the end of input) ends the session.',
  'On a terminal Tab completes commands, names, and in a call the actions and members of the module. Ctrl+C gives up what is running or typed;',
  'twice on an empty line it ends the session. The last 1000 lines are kept for the next session, in a file for this user alone below XDG_STATE_HOME or',
  '~/.local/state; a line that begins with a blank is not kept, and none is with --no-history.',
].join('\n');

/** Evaluates phs line by line. */
export const repl = defineCommand({
  name: 'repl',
  parameters: '',
  summary: 'evaluate phs line by line, with modules as functions',
  details: HELP,
  positionals: { least: 0, most: 0 },
  options: {
    ...SCOPE_OPTIONS,
    isolation: { kind: 'text', value: 'LEVEL', help: 'the level that .load loads modules at' },
    grant: { kind: 'text', value: 'JSON', help: 'what they may do of what their phlow.yaml asks for' },
    'no-history': { kind: 'flag', help: 'neither bring back nor keep lines' },
  },
  async run({ options }, { print, signal }) {
    assertLevel(options.isolation);
    const { Session } = await library();
    const modules = new ReplModules(heldBy(options));
    try {
      await modules.find(currentFolder());
    } catch (error) {
      // Without packages there is still enough to do.
      print.note(errorText(error, print));
    }
    const session = new Session({ ...scopeOf(options, print), modules: modules.known });
    const file = isTyped() && options['no-history'] !== true ? historyFile() : undefined;
    const history =
      file === undefined
        ? undefined
        : new History(file, (problem) => print.note(`lines are not kept: ${problem}`));
    if (isTyped()) print.note('phs, line by line. .help says more.');
    try {
      const failures = await new Repl({ session, modules, history, help: HELP, print, signal }).run();
      // A person has seen what failed; a script needs an exit code.
      return failures > 0 && !isTyped() ? EXIT.failed : EXIT.ok;
    } finally {
      await modules.close();
    }
  },
});

/** The compiler sees to it that none is left out. */
const LEVELS: Readonly<Record<IsolationLevel, true>> = {
  inline: true,
  trusted: true,
  guarded: true,
  sandboxed: true,
  isolated: true,
};

/** A level is read where a module is loaded, which may be an hour later. Throws PHLOW_USAGE. */
function assertLevel(text: string | undefined): void {
  if (text === undefined || Object.hasOwn(LEVELS, text)) return;
  const levels = Object.keys(LEVELS);
  throw usage(
    `Option --isolation must be one of ${levels.join(', ')}: found "${text}".${didYouMean(text, levels)}`,
  );
}
