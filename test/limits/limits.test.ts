import { describe, expect, jest, test } from '@jest/globals';
import type { IsolationLevel } from '../../src/index.js';
import { LIMITS } from './limits.js';
import { runLimited, type LimitedRun } from './run-limited.js';

jest.setTimeout(120_000);

const isRoot = process.getuid?.() === 0;
const isHere = process.platform === 'linux' && isRoot;

function run(name: string, level: IsolationLevel): Promise<LimitedRun> {
  const limit = LIMITS.find((one) => one.name === name);
  if (limit === undefined) throw new Error(`there is no limit ${name}`);
  return runLimited(limit, level);
}

// All of it: `npm run limits`. Mounts and user ids of others need the superuser.
(isHere ? describe : describe.skip)('a host on a machine with too little', () => {
  test.each<[string, IsolationLevel]>([
    ['ulimit -n 40', 'sandboxed'],
    ['ulimit -n 140', 'isolated'],
    ['ulimit -u 12', 'trusted'],
    ['ulimit -u 22', 'sandboxed'],
    ['ulimit -u 22', 'isolated'],
    ['ulimit -v 2 GB', 'trusted'],
  ])('%s, %s: ends with a report', async (name, level) => {
    const { verdict, exit, stderr } = await run(name, level);
    expect({ verdict, exit, stderr }).toMatchObject({
      verdict: expect.stringMatching(/^(?:ends|no node)$/),
    });
  });

  test.each<[string, IsolationLevel]>([
    ['ulimit -n 300', 'isolated'],
    ['full disk', 'sandboxed'],
    ['read-only root', 'isolated'],
  ])('%s, %s: does all that it is asked for', async (name, level) => {
    const { verdict, phases, stderr } = await run(name, level);
    expect({ verdict, failed: phases.filter(({ error }) => error !== undefined), stderr }).toMatchObject({
      verdict: 'ends',
      failed: [],
    });
    expect(phases.map(({ phase }) => phase)).toContain('call again');
  });
});
