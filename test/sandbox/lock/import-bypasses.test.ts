import { describe, expect, test } from '@jest/globals';
import type { IsolationLevel } from '../../../src/index.js';
import { WALLED } from '../../support/guarded-here.js';
import { tryBypass } from './bypasses.js';
import { MAPPED_BYPASSES, OUTSIDE_IMPORTS, tryOutside } from './import-bypasses.js';
import { ODD_IMPORTS } from './odd-imports.js';

const LEVELS: readonly IsolationLevel[] = ['trusted', ...WALLED];

/** Why it is refused: not for anything else that may go wrong. */
const REASON =
  /it imports|Node refuses it at level guarded|is outside of the module's folder|cannot import the URL|Could not resolve|cannot resolve|cannot find|Cannot lock module/i;

describe('what a locked module imports is accepted or refused', () => {
  test.each(MAPPED_BYPASSES.map((bypass) => [bypass.name, bypass] as const))(
    'it is part of the module: %s',
    async (_name, bypass) => {
      const { verdicts } = await tryBypass(bypass, LEVELS);
      const doors = ['lock --frozen', 'audit', ...LEVELS];
      expect(verdicts).toEqual(Object.fromEntries(doors.map((door) => [door, 'refused'])));
    },
    120_000,
  );

  test.each(OUTSIDE_IMPORTS.map((way) => [way.name, way] as const))(
    'it is refused with its place: %s',
    async (_name, way) => {
      const { verdict, output } = await tryOutside(way, 'trusted');
      expect([verdict, output]).toEqual([
        'refused',
        expect.stringMatching(way.says ?? `guest/${way.entry}:2: it imports`),
      ]);
    },
    60_000,
  );

  test.each(LEVELS.slice(1))(
    'nothing from elsewhere runs at %s',
    async (level) => {
      for (const way of OUTSIDE_IMPORTS) {
        const { verdict, output } = await tryOutside(way, level);
        // The odd ones are refused for whatever they do first that the level does not have, such as a loader or a thread.
        const reason = ODD_IMPORTS.includes(way) ? /PHLOW_|PhlowError/ : REASON;
        expect([way.name, verdict, output]).toEqual([way.name, 'refused', expect.stringMatching(reason)]);
      }
    },
    600_000,
  );
});
