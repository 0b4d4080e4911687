import { parseArgs } from 'node:util';

/** What can be fuzzed: each takes the number of runs and a seed, and throws when it finds something. */
type Fuzz = (options: { readonly runs: number; readonly seed: number }) => void | Promise<object | void>;

/** One loader per scope, so that one does not pay for the others. */
const SCOPES: Readonly<Record<string, { readonly runs: number; readonly open: () => Promise<Fuzz> }>> = {
  phs: { runs: 100_000, open: async () => (await import('./phs.js')).fuzzPhs },
  faults: { runs: 100_000, open: async () => (await import('./fault-scope.js')).fuzzFaults },
  wire: { runs: 1_000_000, open: async () => (await import('./wire.js')).fuzzWire },
};

const { values } = parseArgs({
  options: {
    scope: { type: 'string', multiple: true },
    runs: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`Usage: npm run fuzz -- [--scope ${Object.keys(SCOPES).join('|')}] [--runs N] [--seed N]`);
} else {
  // A new seed each time finds more than the same one; it is printed, so that a find can be seen again.
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  for (const name of values.scope ?? Object.keys(SCOPES)) {
    const scope = Object.hasOwn(SCOPES, name) ? SCOPES[name] : undefined;
    if (scope === undefined) {
      console.error(`No fuzz scope "${name}": there are ${Object.keys(SCOPES).join(', ')}`);
      process.exitCode = 2;
      continue;
    }
    const runs = values.runs === undefined ? scope.runs : Number(values.runs);
    console.log(`${name}: ${runs} runs, seed ${seed}`);
    const start = performance.now();
    const fuzz = await scope.open();
    try {
      const totals = await fuzz({ runs, seed });
      if (totals !== undefined) console.log(JSON.stringify(totals, null, 2));
      console.log(`${name}: nothing found in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
    }
  }
}
