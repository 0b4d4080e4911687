import { describe, expect, test } from '@jest/globals';
import type { IsolationLevel } from '../../../src/index.js';
import { WALLED } from '../../support/guarded-here.js';
import { BYPASSES, tryBypass, tryRace, tryRestart } from './bypasses.js';
import { PLACE_BYPASSES, tryPlace } from './place-bypasses.js';
import { FLOW_CHANGES, tryFlow } from './run-bypasses.js';

const LEVELS: readonly IsolationLevel[] = ['trusted', ...WALLED];

describe('what was accepted is what runs', () => {
  test.each(BYPASSES.map((bypass) => [bypass.name, bypass] as const))(
    'not so: %s',
    async (_name, bypass) => {
      const { verdicts } = await tryBypass(bypass, LEVELS);
      const doors = ['lock --frozen', 'audit', ...LEVELS];
      expect(verdicts).toEqual(Object.fromEntries(doors.map((door) => [door, 'refused'])));
    },
    120_000,
  );

  test.each(PLACE_BYPASSES.map((bypass) => [bypass.name, bypass] as const))(
    'wherever it lies: %s',
    async (_name, bypass) => {
      const { verdicts } = await tryPlace(bypass, LEVELS);
      const doors = ['lock --frozen', 'audit', ...LEVELS, ...LEVELS.map((level) => `run ${level}`)];
      expect(verdicts).toEqual(Object.fromEntries(doors.map((door) => [door, 'refused'])));
    },
    60_000,
  );

  test.each(FLOW_CHANGES.map((change) => [change.name, change] as const))(
    'not so: %s',
    async (_name, change) => {
      const { verdicts } = await tryFlow(change);
      expect(verdicts).toEqual({ 'lock --frozen': 'refused', audit: 'refused', run: 'refused' });
    },
    60_000,
  );

  test.each(LEVELS)(
    'at %s also after a crash, and a replacement is held against the lock',
    async (level) => {
      expect(await tryRestart(level)).toBe('accepted bytes ran');
    },
    60_000,
  );

  test.each(LEVELS)(
    'at %s whoever swaps a file while it is loaded',
    async (level) => {
      const counted = await tryRace(level, 10);
      expect([counted.UNSEEN, counted['NEVER-ACCEPTED CODE RAN']]).toEqual([0, 0]);
      expect(counted.refused + counted['accepted bytes ran']).toBe(10);
    },
    120_000,
  );
});
