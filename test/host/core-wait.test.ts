import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { coreWaitMsOf } from '../../src/host/executors/proc-figures.js';

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('of threads that are more than the cores, some wait for one', async () => {
  const spinning = Array.from({ length: availableParallelism() + 1 }, () =>
    spawn(process.execPath, ['-e', 'for (;;);']),
  );
  const waitedMs = (): number =>
    spinning.reduce((sum, { pid = 0 }) => sum + (coreWaitMsOf(pid, pid) ?? 0), 0);
  try {
    while (waitedMs() < 100) await setImmediate();
    expect(coreWaitMsOf('self', process.pid)).toBeGreaterThanOrEqual(0);
  } finally {
    for (const child of spinning) child.kill('SIGKILL');
  }
});

test('of a thread that is not there nothing is known', () => {
  expect(coreWaitMsOf('self', 2 ** 30)).toBeUndefined();
});
