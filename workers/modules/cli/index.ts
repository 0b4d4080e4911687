import { messageOf } from '../../../src/errors.js';
import { createMain } from '../../../src/sdk/index.js';
import type { Value } from '../../../src/values.js';
import { type CliSettings, settingsOf } from './definitions.js';
import { helpText } from './help.js';
import { parseCommandLine } from './parse.js';
import { eventsOf } from './events.js';
import { printError, printResult } from './print.js';

/** The cli module: a flow as a command. */
export default createMain<Value, CliSettings>({
  async main(context) {
    const { terminal, signal, with: given } = context;
    const { argv, program } = await terminal.look();
    const settings = settingsOf(given);
    const parsed = parseCommandLine(argv, settings);
    if (parsed.wantsHelp) {
      await terminal.write('stdout', helpText(program, settings.definitions, []));
      return;
    }
    if (parsed.errors.length > 0) {
      await terminal.write('stderr', helpText(program, settings.definitions, parsed.errors));
      await terminal.exitWith(1);
      return;
    }
    try {
      for await (const main of eventsOf(parsed.main, settings.stdin, terminal))
        await printResult(await context.dispatch(main), terminal);
    } catch (error) {
      // Who interrupts the command knows why it ended.
      if (signal.aborted) return;
      await printError(messageOf(error), terminal);
      await terminal.exitWith(1);
    }
  },
});
