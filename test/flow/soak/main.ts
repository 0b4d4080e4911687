import { getEventListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFlow } from '../../../src/runtime/flow.js';
import { isMap } from '../../../src/values.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

/**
 * What no test can assert without a clock: prints how long large flows take to load, and how 10 000 runs through the cache leave the
 * heap. Run with `node --expose-gc dist/test/flow/soak/main.js`. Exits with 1 when a result is wrong, a listener is left or the heap grew.
 */
const RUNS = 10_000;
const AT_ONCE = 100;

const THROUGH_CACHE = `
modules:
  - module: cache
    with: { capacity: 1000 }
steps:
  - cache.set:
      key: \`k\${main % 500}\`
      value: main % 500
  - cache.get:
      key: \`k\${main % 500}\`
  - payload: { asked: main, found: payload.value }
`;

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`${what}: ${(performance.now() - start).toFixed(0)} ms`);
}

const STEPS = 10_000;

/** One step of each form that people write flows in. */
const FORMS: Readonly<Record<string, (n: number) => string>> = {
  'one line per key': (n) => `  - id: s${n}\n    payload: (payload ?? 0) + ${n}\n`,
  'with comments': (n) => `  # step ${n}\n  - id: s${n} # its id\n    payload: payload + ${n} # and value\n`,
  'texts in | blocks': (n) => `  - id: s${n}\n    payload: |\n      text ${n}\n        goes on\n`,
  'texts in > blocks': (n) => `  - id: s${n}\n    payload: >-\n      text ${n}\n      goes on\n`,
  'steps in {}': (n) => `  - { id: s${n}, payload: "{{ ${n} }}" }\n`,
  'values in {} and []': (n) => `  - id: s${n}\n    payload: { a: main, b: [1, 2, ${n}] }\n`,
  'code on lines of its own': (n) => `  - id: s${n}\n    payload: !phs\n      let a = ${n};\n      a + 1\n`,
  'anchors and aliases': (n) => `  - id: s${n}\n    payload: &p${n} text ${n}\n    label: *p${n}\n`,
  'texts over several lines': (n) =>
    `  - id: s${n}\n    label: text\n      goes on\n    payload: "${n}\n      and on"\n`,
};

async function loadTimes(): Promise<void> {
  for (const [form, stepOf] of Object.entries(FORMS)) {
    const text = `steps:\n${Array.from({ length: STEPS }, (_, n) => stepOf(n)).join('')}`;
    await timed(`load ${STEPS} steps, ${form}`, async () => (await openFlow({ text })).close());
  }
  const dir = await mkdtemp(join(tmpdir(), 'phlow-soak-'));
  for (let n = 0; n < 100; n++) {
    await writeFile(join(dir, `part${n}.phlow`), `- payload: ${n}\n!include part${n + 1}\n`);
  }
  await writeFile(join(dir, 'part100.phlow'), '- payload: payload + 1\n');
  await writeFile(join(dir, 'main.phlow'), 'steps:\n  !include part0\n');
  await timed('load includes 100 deep', async () => (await openFlow(dir)).close());
  await rm(dir, { recursive: true });
}

function heapMb(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

async function soak(): Promise<boolean> {
  const flow = await openFlow({ text: THROUGH_CACHE }, { concurrency: AT_ONCE, log: () => undefined });
  const controller = new AbortController();
  let next = 0;
  let wrong = 0;
  const worker = async (until: number): Promise<void> => {
    while (next < until) {
      const main = next++;
      const result = await flow.run({ main, signal: controller.signal, timeoutMs: 60_000 });
      if (!isMap(result) || result['asked'] !== main || result['found'] !== main % 500) wrong++;
    }
  };
  const round = async (until: number): Promise<void> => {
    await Promise.all(Array.from({ length: AT_ONCE }, () => worker(until)));
  };
  await round(RUNS / 10);
  const before = heapMb();
  const start = performance.now();
  await round(RUNS + RUNS / 10);
  const seconds = (performance.now() - start) / 1_000;
  const after = heapMb();
  const listeners = getEventListeners(controller.signal, 'abort').length;
  await flow.close();
  console.log(
    `${RUNS} runs, ${AT_ONCE} at once, two cache calls each: ${(RUNS / seconds).toFixed(0)} runs/s`,
  );
  console.log(`wrong results: ${wrong}; listeners left: ${listeners}`);
  console.log(`heap: ${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`);
  return wrong === 0 && listeners === 0 && after - before < 2;
}

await loadTimes();
process.exitCode = (await soak()) ? 0 : 1;
