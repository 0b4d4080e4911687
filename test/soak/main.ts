import { parseArgs } from 'node:util';
import { createHost, type LogLine, type Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';

/**
 * Ends modules over and over and shows that nothing piles up in the host: heap, handles, listeners, file descriptors. Four modules die in
 * turn so that both cores are busy. Exits with 1 when something grew.
 */
const { values } = parseArgs({
  options: { restarts: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
});
const RESTARTS = Number(values.restarts);
const MODULES = 4;

interface Figures {
  readonly heapMb: number;
  readonly rssMb: number;
  readonly handles: number;
  readonly listeners: number;
}

async function figures(): Promise<Figures> {
  // Twice, with a turn between: finalisers of ports run after the first collection.
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapMb: Math.round((heapUsed / 1048576) * 10) / 10,
    rssMb: Math.round(rss / 1048576),
    handles: process.getActiveResourcesInfo().length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

const lines: LogLine[] = [];
await using host = await createHost({
  logLevel: 'error',
  log: (line) => lines.splice(0, lines.length, line),
});
const modules: Module[] = [];
for (let i = 0; i < MODULES; i++) {
  modules.push(
    await host.load(fixtureModule('crasher'), {
      name: `crasher${i}`,
      restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 },
    }),
  );
}

let done = 0;
async function dieOften(module: Module, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const outcome = await module.call({ do: 'exit' }).then(
      () => 'answered',
      (error: unknown) => (error as { code?: string }).code,
    );
    if (outcome !== 'PHLOW_MODULE_CRASHED')
      throw new Error(`expected PHLOW_MODULE_CRASHED, got ${String(outcome)}`);
    if ((await module.call({ do: 'echo', value: i })) !== i)
      throw new Error('the restarted module answered wrongly');
    done++;
  }
}

// The first rounds fill caches that stay: they do not count.
const warmUp = Math.min(50, Math.ceil(RESTARTS / 20));
await Promise.all(modules.map((module) => dieOften(module, warmUp)));
const before = await figures();
const started = performance.now();
done = 0;
await Promise.all(modules.map((module) => dieOften(module, Math.ceil(RESTARTS / MODULES))));
const seconds = (performance.now() - started) / 1000;
const after = await figures();

const grew = [
  after.heapMb > before.heapMb * 1.2 + 5 ? 'heap' : '',
  after.handles > before.handles ? 'handles' : '',
  after.listeners > before.listeners ? 'listeners' : '',
].filter((name) => name !== '');
const report = { restarts: done, seconds: Math.round(seconds), node: process.version, before, after, grew };
console.log(values.json ? JSON.stringify(report) : report);
process.exitCode = grew.length === 0 ? 0 : 1;
