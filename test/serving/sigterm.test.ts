import { expect, jest, test } from '@jest/globals';
import { sigtermRound } from './sigterm.js';

jest.setTimeout(120_000);

test.each(['trusted', 'isolated'])(
  'SIGTERM under load drops no request that was taken, at %s',
  async (isolation) => {
    const round = await sigtermRound({ connections: 30, signalAfter: 300, isolation });
    expect(round.dropped).toEqual([]);
    expect(round.answered).toBeGreaterThanOrEqual(300);
    expect(round.exitCode).toBe(143);
  },
);
