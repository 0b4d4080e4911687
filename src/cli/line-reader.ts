import { createInterface, type Interface } from 'node:readline';

/** What follows a Ctrl+C: the prompt again, nothing as something is still going on, or the end. */
export type AfterInterrupt = 'ask again' | 'wait' | 'end';

/** How lines are read. All but the signal concerns terminals only. */
export interface LineOptions {
  readonly prompt: () => string;
  readonly signal: AbortSignal;
  /** Lines of before, the newest first, which the arrow keys bring back. */
  readonly history?: readonly string[];
  /** What Tab offers for the text up to the cursor, and the end of it that is replaced. */
  readonly complete?: (text: string) => readonly [candidates: readonly string[], replaced: string];
  /** Ctrl+C, with what has been typed, which is dropped. Default: the process is interrupted. */
  readonly onInterrupt?: (typed: string) => AfterInterrupt;
}

/** Reads lines from standard input until it ends or the signal aborts. On a terminal it shows the prompt, on standard error. */
export async function* readLines(options: LineOptions): AsyncGenerator<string> {
  const { prompt, signal, history, complete, onInterrupt } = options;
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stderr } : {}),
    ...(history === undefined
      ? {}
      : { history: [...history], historySize: Math.max(history.length, HISTORY_SIZE) }),
    ...(complete === undefined
      ? {}
      : {
          completer: (text: string): [string[], string] => {
            const [candidates, replaced] = complete(text);
            return [[...candidates], replaced];
          },
        }),
    removeHistoryDuplicates: true,
    terminal: isTerminal,
    signal,
  });
  const ask = (): void => {
    if (!isTerminal) return;
    lines.setPrompt(prompt());
    lines.prompt();
  };
  // On a terminal Ctrl+C arrives as a key, not as a signal.
  lines.on('SIGINT', () => {
    if (onInterrupt === undefined) {
      process.kill(process.pid, 'SIGINT');
      return;
    }
    const typed = lines.line;
    dropLine(lines);
    const next = onInterrupt(typed);
    if (next === 'end') lines.close();
    else if (next === 'ask again') ask();
  });
  try {
    ask();
    for await (const line of lines) {
      yield line;
      ask();
    }
  } finally {
    lines.close();
  }
}

/** How many lines the arrow keys bring back at most. */
export const HISTORY_SIZE = 1_000;

/** Removes what has been typed, and goes on in the next line of the terminal. */
function dropLine(lines: Interface): void {
  lines.write(null, { ctrl: true, name: 'e' });
  lines.write(null, { ctrl: true, name: 'u' });
  process.stderr.write('^C\n');
}

/** Whether a person types what `readLines` gives. */
export function isTyped(): boolean {
  return process.stdin.isTTY;
}
