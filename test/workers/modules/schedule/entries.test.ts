import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Manifest } from '../../../../src/manifest/manifest.js';
import { readManifest } from '../../../../src/host/load/read-manifest.js';
import { validateWith } from '../../../../src/manifest/settings.js';
import { entriesOf, type Settings } from '../../../../workers/modules/schedule/entries.js';

const MANIFEST = fileURLToPath(
  new URL('../../../../../workers/modules/schedule/phlow.yaml', import.meta.url),
);

let manifest: Manifest;

beforeAll(async () => {
  manifest = await readManifest(MANIFEST);
});

function entries(settings: object) {
  return entriesOf(validateWith(manifest, settings) as unknown as Settings, 0);
}

describe('the settings of a schedule', () => {
  test.each([
    [undefined, 'A schedule needs one of cron, every and schedules'],
    [{}, 'A schedule needs one of cron, every and schedules'],
    [{ cron: '0 3 * * *', every: '5m' }, 'no more than one'],
    [{ cron: '0 3 * *' }, 'cron must have five fields, such as "0 3 * * *": found "0 3 * *"'],
    [{ every: 'often' }, 'every must be a length of time such as 30s, 5m or 1h: found "often"'],
    [{ every: 0 }, 'every'],
    [{ every: '5m', overlap: 'twice' }, 'overlap'],
    [{ every: '5m', misssed: 'once' }, 'misssed'],
    [{ schedules: [] }, 'schedules'],
    [{ schedules: [{ every: '5m' }], input: 1 }, 'input'],
    [{ schedules: [{ name: 'a' }] }, 'A schedule needs one of cron and every'],
    [{ schedules: [{ every: '5m', schedules: [] }] }, 'schedules'],
  ])('%j are refused: %s', (settings, message) => {
    expect(() => validateWith(manifest, settings as object)).toThrow(message);
  });

  test('have defaults', () => {
    expect(entries({ every: '5m' })).toMatchObject([
      { name: '5m', input: undefined, isAtStart: false, overlap: 'skip', jitterMs: 0, missed: 'skip' },
    ]);
  });

  test('of a list take what stands beside it, unless an entry says otherwise', () => {
    const list = entries({
      timezone: 'Europe/Lisbon',
      overlap: 'queue',
      jitter: '10s',
      schedules: [
        { name: 'nightly', cron: '30 1 * * *', input: { full: true }, missed: 'once' },
        { every: '1h', overlap: 'parallel', jitter: 0, at_start: true },
      ],
    });
    expect(list).toMatchObject([
      { name: 'nightly', input: { full: true }, overlap: 'queue', jitterMs: 10_000, missed: 'once' },
      { name: '1h', input: undefined, overlap: 'parallel', jitterMs: 0, missed: 'skip', isAtStart: true },
    ]);
    expect(list[0]?.times.next(Date.UTC(2026, 6, 1))).toBe(Date.UTC(2026, 6, 1, 0, 30));
  });

  test('with an interval that leaves no time for anything else are refused', () => {
    expect(() => entries({ every: '1ms' })).toThrow(
      'Cannot start runs every 1ms: every must be at least 10 ms',
    );
  });
});
