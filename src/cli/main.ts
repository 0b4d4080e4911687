#!/usr/bin/env node
import { runCli } from './cli.js';
import { EXIT } from './exit-code.js';
import { Printer } from './print.js';

/** How long an interrupted command may take to end in order, in milliseconds. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/** Signals this close together are one, in milliseconds. */
const ECHO_MS = 500;

const print = new Printer();
const interruption = new AbortController();
let interruptedBy: 'SIGINT' | 'SIGTERM' | undefined;
let interruptedAt = 0;

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interruptedBy !== undefined) {
      // Terminals and wrappers often deliver one Ctrl+C twice; only one that comes later means "now".
      if (performance.now() - interruptedAt > ECHO_MS) process.exit(EXIT[name]);
      return;
    }
    interruptedBy = name;
    interruptedAt = performance.now();
    setTimeout(() => {
      print.note(`interrupted by ${name}: not everything has ended within ${SHUTDOWN_TIMEOUT_MS} ms`);
      void print.flush().then(() => process.exit(EXIT[name]));
    }, SHUTDOWN_TIMEOUT_MS).unref();
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

let code = await runCli(process.argv.slice(2), { print, signal: interruption.signal });
const lost = await print.flush();
if (lost !== undefined) {
  code = EXIT.failed;
  print.note(`error: Cannot write the result: ${lost.message}`);
  await print.flush();
}
process.exit(interruptedBy === undefined ? code : EXIT[interruptedBy]);
