import { createInterface } from 'node:readline';

/** Reads lines from standard input until it ends or the signal aborts. On a terminal it shows the prompt, on standard error. */
export async function* readLines(prompt: () => string, signal: AbortSignal): AsyncGenerator<string> {
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stderr } : {}),
    terminal: isTerminal,
    signal,
  });
  // On a terminal Ctrl+C arrives as a key, not as a signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const ask = (): void => {
      if (!isTerminal) return;
      lines.setPrompt(prompt());
      lines.prompt();
    };
    ask();
    for await (const line of lines) {
      yield line;
      ask();
    }
  } finally {
    lines.close();
  }
}

/** Whether a person types what `readLines` gives. */
export function isTyped(): boolean {
  return process.stdin.isTTY;
}
