import type { Arguments, OptionSpecs } from './args.js';
import type { Printer } from './print.js';

/** What every command is given besides its arguments. */
export interface CommandContext {
  readonly print: Printer;
  /** Aborts on the first SIGINT or SIGTERM: the command then ends in order. */
  readonly signal: AbortSignal;
  /** Gives the command this many milliseconds more than usual to end in order once the signal has aborted. */
  readonly extendShutdown: (ms: number) => void;
}

/** One word that `phlow` understands. */
export interface Command {
  readonly name: string;
  /** What follows the name, for the help: `MODULE INPUT_JSON`. */
  readonly parameters: string;
  /** One line. */
  readonly summary: string;
  /** More lines for the command's own help. */
  readonly details?: string;
  /** How many words it takes besides options. */
  readonly positionals: { readonly least: number; readonly most: number };
  readonly options: OptionSpecs;
  /**
   * How many words of a command line are phlow's own; those behind belong to the flow that is run. Absent: all are phlow's.
   */
  readonly ownWords?: ((argv: readonly string[], options: OptionSpecs) => Promise<number>) | undefined;
  /** Resolves with the exit code. */
  run(args: Arguments, context: CommandContext): Promise<number>;
}

/** Declares a command so that its options are known by name and type inside `run`. */
export function defineCommand<const Specs extends OptionSpecs>(definition: {
  readonly name: string;
  readonly parameters: string;
  readonly summary: string;
  readonly details?: string;
  readonly positionals: Command['positionals'];
  readonly options: Specs;
  readonly ownWords?: Command['ownWords'];
  run(args: Arguments<Specs>, context: CommandContext): Promise<number>;
}): Command {
  // `parseArguments` has read the arguments by these very options.
  return {
    ...definition,
    run: (args, context) => definition.run(args as Arguments<Specs>, context),
  };
}
