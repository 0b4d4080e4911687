import { runCli } from './cli.js';
import { EXIT } from './exit-code.js';
import { Printer } from './print.js';
import { Timer } from '../timer.js';

/** How long an interrupted command may take to end in order, in milliseconds, besides the grace that it has asked for. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/** Signals this close together are one, in milliseconds. */
const ECHO_MS = 500;

const print = new Printer();
const interruption = new AbortController();
let interruptedBy: 'SIGINT' | 'SIGTERM' | undefined;
let interruptedAt = 0;
let shutdownMs = SHUTDOWN_TIMEOUT_MS;

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interruptedBy !== undefined) {
      // Terminals and wrappers often deliver one Ctrl+C twice; only one that comes later, or another signal, means "now".
      if (name !== interruptedBy || performance.now() - interruptedAt > ECHO_MS) process.exit(EXIT[name]);
      return;
    }
    interruptedBy = name;
    interruptedAt = performance.now();
    // First, for a command may ask for more time.
    interruption.abort(new Error(`interrupted by ${name}`));
    new Timer(shutdownMs, () => {
      print.note(`interrupted by ${name}: not everything has ended within ${shutdownMs} ms`);
      void print.flush().then(() => process.exit(EXIT[name]));
    }).unref();
  });
}

async function main(): Promise<void> {
  let code = await runCli(process.argv.slice(2), {
    print,
    signal: interruption.signal,
    extendShutdown: (ms) => (shutdownMs = SHUTDOWN_TIMEOUT_MS + ms),
  });
  const lost = await print.flush();
  if (lost !== undefined) {
    code = EXIT.failed;
    print.note(`error: Cannot write the result: ${lost.message}`);
    await print.flush();
  }
  process.exit(interruptedBy === undefined ? code : EXIT[interruptedBy]);
}

void main();
