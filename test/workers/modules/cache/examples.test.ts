import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { openFlow, type Flow } from '../../../../src/runtime/flow.js';

async function withExample<T>(name: string, use: (flow: Flow) => Promise<T>): Promise<T> {
  const file = fileURLToPath(new URL(`../../../../../examples/cache/${name}`, import.meta.url));
  const flow = await openFlow({ file }, { log: () => undefined });
  try {
    return await use(flow);
  } finally {
    await flow.close();
  }
}

test('the session flow signs in, renews, lists and signs out', async () => {
  expect(await withExample('user-sessions.phlow', (flow) => flow.run())).toEqual({
    user: 'Ann Arbor',
    access: 'granted',
    visits: 2,
    sessions: 3,
    profile: { name: 'Ann Arbor', initials: 'AA', since: 2021 },
    signed_out: true,
    entries_left: 4,
    hit_rate: 50,
  });
});

test("the cache's own flow tests pass", async () => {
  const report = await withExample('simple-test.phlow', (flow) => flow.test());
  expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
  expect(report.total).toBeGreaterThan(15);
});
