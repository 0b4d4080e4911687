import type { CommandLine } from '../../../src/sdk/index.js';
import { textOf, type Value } from '../../../src/values.js';

/** Pieces of this many characters: one message to the host holds a megabyte at most. */
const PIECE = 200_000;

/** Prints the result of a run; nothing where there is none. */
export async function printResult(result: Value, terminal: CommandLine): Promise<void> {
  if (result === undefined) return;
  const text = `${textOf(result)}\n`;
  let at = 0;
  while (at < text.length) {
    const end = at + PIECE;
    // Half of a character would be lost.
    const isSplit = end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1));
    const piece = text.slice(at, isSplit ? end - 1 : end);
    await terminal.write('stdout', piece);
    at += piece.length;
  }
}

/** Says on standard error what kept the command from its result. */
export function printError(message: string, terminal: CommandLine): Promise<void> {
  return terminal.write('stderr', [{ text: 'Error:', styles: ['red', 'bold'] }, { text: ` ${message}\n` }]);
}
