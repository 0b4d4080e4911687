import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHost, isPhlowError } from '../../src/index.js';

// Loads the package of a subject at `sandboxed`, where it can neither read nor write, and tells how long the host could answer nobody.
const RESOLUTION_MS = 5;
const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const host = await createHost({ logLevel: 'off' });
await sleep(4 * RESOLUTION_MS);
turns.enable();
try {
  await host.load('p');
} catch (error) {
  if (!isPhlowError(error)) throw error;
  process.stdout.write(`${error.code}\n`);
  process.exitCode = 1;
}
await sleep(4 * RESOLUTION_MS);
turns.disable();
process.stdout.write(`longest turn ${Math.round(turns.max / 1e6)} ms\n`);
await host.close();
