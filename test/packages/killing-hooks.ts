import { createRequire } from 'node:module';
import { syncBuiltinESMExports } from 'node:module';

/*
 * Loaded with `--import` before phlow: ends the process, as kill -9 does, at the n-th step that changes a folder. KILL_AT says n, KILL_WHEN whether
 * before the step or after it; without KILL_AT the steps are counted and printed.
 */

type Step = (...args: readonly unknown[]) => Promise<unknown>;

const require = createRequire(import.meta.url);
const promises = require('node:fs/promises') as Record<string, Step>;
const STEPS = ['mkdir', 'chmod', 'open', 'rename', 'rm', 'rmdir'] as const;
const at = Number(process.env['KILL_AT'] ?? 0);
const isAfter = process.env['KILL_WHEN'] === 'after';
const steps: string[] = [];

/** Steps in the application alone count: phlow keeps a cache elsewhere. */
function isCounted(path: unknown): boolean {
  return typeof path === 'string' && /phlow_packages|phlow\.lock/.test(path);
}

for (const name of STEPS) {
  const original = promises[name] as Step;
  promises[name] = async (...args) => {
    if (!isCounted(args[0]) || (name === 'open' && args[1] !== 'wx')) return original(...args);
    steps.push(name);
    const isHere = steps.length === at;
    if (isHere && !isAfter) process.kill(process.pid, 'SIGKILL');
    const result = await original(...args);
    if (isHere) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}
syncBuiltinESMExports();

process.on('exit', () => {
  if (at === 0) process.stderr.write(`STEPS ${steps.join(' ')}\n`);
});
