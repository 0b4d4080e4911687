import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case, Suite } from '../../src/measure/suite.js';
import { processMeter } from '../process-cost.js';
import { repeat } from '../repeat.js';

const own = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const COMMAND = own('../../lib/cli.cjs');
export const SESSIONS = own('../../../examples/cache/user-sessions.phlow');
export const ONE_STEP = 'steps:\n  - payload: !phs 1 + 1\n';
/** As many threads that do nothing as user-sessions has modules; it ends when all of them run. */
const IDLE_THREADS = `const { Worker } = require('node:worker_threads');
let starting = 3;
for (let i = starting; i > 0; i--)
  new Worker('require("node:worker_threads").parentPort.postMessage(0); setInterval(() => {}, 1e6)', { eval: true })
    .on('message', () => --starting || process.exit());
`;

/** What the command line costs from start to end, beside Node itself, and beside as many idle threads as its modules need. */
export const start: Suite = {
  scope: 'start',
  about:
    'commands from start to end: time, CPU time and peak memory, beside `node -e 0` and bare Node with three idle threads',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'phlow-start-'));
    const oneStep = join(folder, 'one-step.phlow');
    await writeFile(oneStep, ONE_STEP);
    const costOf = await processMeter(folder);
    const env = { ...process.env, XDG_CACHE_HOME: folder, NODE_OPTIONS: '' };
    const group = 'start to end';
    const program = (name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Case =>
      repeat({
        name,
        group,
        isFloor: name === 'node -e 0',
        once: async () => {
          const { ms, cpuMs, peakBytes } = await costOf(args, { ...env, ...more });
          return { ms, figures: { cpuMs, peakBytes } };
        },
      });
    return {
      cases: [
        program('node -e 0', ['-e', '0']),
        program('three idle threads', ['-e', IDLE_THREADS]),
        program('phlow --version', [COMMAND, '--version']),
        program('phlow check', [COMMAND, 'check', oneStep]),
        program('one-step flow', [COMMAND, 'run', oneStep]),
        program('one-step flow, nothing kept', [COMMAND, 'run', oneStep], {
          NODE_DISABLE_COMPILE_CACHE: '1',
        }),
        program('user-sessions', [COMMAND, 'run', SESSIONS]),
      ],
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};
