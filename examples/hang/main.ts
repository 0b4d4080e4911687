// A module hangs in a `while (true)`. Its caller is told where, with the stack and the local variables; all it logged before arrives; its
// neighbour never notices. Run it with: npm run -s build && node dist/examples/hang/main.js
import { fileURLToPath } from 'node:url';
import { createHost, isPhlowError } from '../../src/index.js';

let lines = 0;
await using host = await createHost({
  log: (line) => {
    if (line.message.startsWith('parsing')) lines++;
  },
});
const neighbour = await host.load('echo');
const stuck = await host.load(fileURLToPath(new URL('../../../examples/hang/stuck', import.meta.url)));

const latencies: number[] = [];
const measure = async (): Promise<void> => {
  const started = performance.now();
  await neighbour.call({ still: 'here' });
  latencies.push(performance.now() - started);
};
for (let i = 0; i < 200; i++) await measure();
const calm = latencies.splice(0).sort((a, b) => a - b);

const hung = stuck.call({ text: 'let x = 1' }, { timeoutMs: 500 }).catch((error: unknown) => error);
const controller = new AbortController();
const outcome = hung.finally(() => controller.abort());
while (!controller.signal.aborted) await measure();
const error = await outcome;
latencies.sort((a, b) => a - b);

if (isPhlowError(error)) console.log(`${error.code}: ${error.message}\n`);
console.log(`log lines that arrived: ${lines} of 300`);
const at = (share: number, sorted: readonly number[]): string =>
  `${((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000).toFixed(0)} us`;
const spread = (sorted: readonly number[]): string =>
  `${at(0.5, sorted)} (99 of 100 within ${at(0.99, sorted)})`;
console.log(`the neighbour's round trip: ${spread(calm)} before, ${spread(latencies)} while the module hung`);
console.log(`the module is ${stuck.state} and will be there again`);
