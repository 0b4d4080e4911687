import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Got, Trial } from './host.js';
import { POWERS, type Power, type PowerName } from './powers.js';

export const POWER_NAMES = Object.keys(POWERS) as PowerName[];

const HOST = fileURLToPath(new URL('./host.js', import.meta.url));
const HOST_MS = 60_000;

/** Tries all powers behind the walls that are left; the ones that end processes in a host of their own, which must outlive them. */
export async function tryPowers(
  trial: Omit<Trial, 'powers'>,
  leftOut: readonly PowerName[] = [],
): Promise<Got> {
  const isDeadly = (name: PowerName): boolean => (POWERS[name] as Power).isDeadly === true;
  const [quiet, deadly] = await Promise.all([
    runHost({ ...trial, powers: POWER_NAMES.filter((name) => !isDeadly(name) && !leftOut.includes(name)) }),
    runHost({ ...trial, powers: POWER_NAMES.filter(isDeadly) }),
  ]);
  if (quiet === undefined) throw new Error(`The host did not outlive ${JSON.stringify(trial)}`);
  return deadly === undefined ? { ...quiet, 'crash the host': ['it ended'] } : quiet;
}

/** What a host saw; undefined when it was killed by a signal. */
function runHost(trial: Trial): Promise<Got | undefined> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PHLOW_VICTIM: 'victim-2' };
    execFile(
      process.execPath,
      [HOST, JSON.stringify(trial)],
      { env, timeout: HOST_MS },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as Got);
        else if (error.killed !== true && typeof error.signal === 'string') resolve(undefined);
        else reject(new Error(`${error.message}\n${stderr}`));
      },
    );
  });
}
