import { parseArgs } from 'node:util';
import type { Found, FuzzOptions } from './found.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/** What can be fuzzed: each throws, or tells what is wrong, when it finds something. */
type Fuzz = (options: FuzzOptions) => void | Promise<Found>;

/** One loader per scope, so that one does not pay for the others. */
const SCOPES: Readonly<Record<string, { readonly runs: number; readonly open: () => Promise<Fuzz> }>> = {
  phs: { runs: 100_000, open: async () => (await import('./phs.js')).fuzzPhs },
  faults: { runs: 100_000, open: async () => (await import('./fault-scope.js')).fuzzFaults },
  wire: { runs: 1_000_000, open: async () => (await import('./wire/wire-scope.js')).fuzzWire },
};
/** So much of what is wrong is printed. */
const MAX_SHOWN = 20;

const { values } = parseArgs({
  options: {
    scope: { type: 'string', multiple: true },
    runs: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function show({ totals, table, wrong }: Found): void {
  if (table !== undefined && !values.json) console.log(table);
  // What stands in the table needs not stand in the figures too.
  console.log(
    JSON.stringify(totals, (key, value: unknown) => (key === 'rows' && !values.json ? undefined : value), 2),
  );
  if (wrong.length > 0) throw new Error(wrong.slice(0, MAX_SHOWN).join('\n'));
}

async function fuzz(name: string, seed: number): Promise<void> {
  const scope = Object.hasOwn(SCOPES, name) ? SCOPES[name] : undefined;
  if (scope === undefined) {
    console.error(`No fuzz scope "${name}": there are ${Object.keys(SCOPES).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const runs = values.runs === undefined ? scope.runs : Number(values.runs);
  console.error(`${name}: ${runs} runs, seed ${seed}`);
  const start = performance.now();
  const run = await scope.open();
  try {
    const found = await run({ runs, seed });
    if (found !== undefined) show(found);
    console.error(`${name}: nothing found in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

if (values.help) {
  const scopes = Object.keys(SCOPES).join('|');
  console.log(`Usage: npm run fuzz -- [--scope ${scopes}] [--runs N] [--seed N] [--json]`);
} else {
  // A new seed each time finds more than the same one; it is printed, so that a find can be seen again.
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  for (const name of values.scope ?? Object.keys(SCOPES)) await fuzz(name, seed);
}
