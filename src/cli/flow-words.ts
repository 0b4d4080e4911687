import { firstPositional, type OptionSpecs, pathArgument } from './args.js';
import { library } from './library.js';

/**
 * How many words of a command line that runs a flow are phlow's own: up to the flow's file where the flow is a command, which takes the words behind it;
 * else all.
 */
export async function ownWordsOfRun(argv: readonly string[], options: OptionSpecs): Promise<number> {
  const at = firstPositional(argv, options);
  if (at === undefined || at === argv.length - 1) return argv.length;
  const { isProgram } = await library();
  return (await isProgram(pathArgument(argv[at] ?? ''))) ? at + 1 : argv.length;
}
