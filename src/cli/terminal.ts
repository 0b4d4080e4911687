import type { OpenFlowOptions } from '../index.js';
import type { Printer } from './print.js';

/** The command line of this process, for a flow whose main module is a command. */
export interface ProcessTerminal {
  readonly terminal: NonNullable<OpenFlowOptions['terminal']>;
  /** What the module wants the process to end with; undefined when it did not say. */
  readonly exitCode: () => number | undefined;
}

/** Opens it. Standard input is not touched before the module asks for it. */
export function processTerminal(argv: readonly string[], print: Printer): ProcessTerminal {
  let exitCode: number | undefined;
  let input: AsyncIterator<Buffer> | undefined;
  return {
    terminal: {
      argv,
      write: (to, parts) => print.parts(parts, to === 'stdout' ? 'result' : 'note'),
      read: async () => {
        input ??= (process.stdin as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
        const next = await input.next();
        return next.done === true ? undefined : next.value;
      },
      exitWith: (code) => (exitCode = code),
    },
    exitCode: () => exitCode,
  };
}
