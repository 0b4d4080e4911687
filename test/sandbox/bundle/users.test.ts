import { describe, expect, test } from '@jest/globals';
import { canPlayUsers, SETTINGS, tryAsUser } from './users.js';

// Only root can be several users.
(canPlayUsers ? describe : describe.skip)('a user runs no bundle of another user’s', () => {
  test.each(SETTINGS.map((setting) => [setting.name, setting] as const))(
    '%s',
    async (_name, setting) => {
      const { code, ran, notes, entries } = await tryAsUser(setting);
      expect([code, ran]).toEqual([0, 'honest honest']);
      if (setting.isKept) expect([notes, entries]).toEqual([[], 1]);
      // Once, though two modules were loaded; a full disk is found out only when it is written to.
      else expect([notes.length, entries]).toEqual([setting.name === 'a full disk' ? 0 : 1, 0]);
    },
    60_000,
  );
});
