import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { breach, PROBES, type Lock, type Probe } from './breach.js';

/** What stands on the locks together: reached in no case but the last. */
const POWERS: readonly Probe[] = [
  'a file through process',
  'a file through import',
  'a program',
  'a thread of its own',
];
/** What the emptying of the realm alone keeps away. */
const AROUND: readonly Probe[] = [
  'the environment',
  'a signal to the host',
  'shared memory',
  'WebAssembly',
  'a channel to other threads',
];

/** What gets through when the compartment is given away and some locks are missing besides. */
const CASES: readonly (readonly [without: readonly Lock[], through: readonly Probe[]])[] = [
  [[], []],
  [['scuttle'], AROUND],
  [['script'], []],
  [['permission'], []],
  // Node's loader can be reached and finds nothing it may read, start or run; before Node 25 its permissions know no network.
  [
    ['scuttle', 'script'],
    ['a module from a text', 'a connection', ...AROUND],
  ],
  // Each of the three as the only one that is left.
  [
    ['scuttle', 'permission'],
    ['a file through process', ...AROUND],
  ],
  [['script', 'permission'], []],
  // Shows that the probes are real: with no lock left each of them gets what it is after.
  [
    ['scuttle', 'script', 'permission'],
    [...POWERS, 'a module from a text', 'a connection', ...AROUND],
  ],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-locks-'));
  writeFileSync(join(folder, 'secret.txt'), 'the secret');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('with the compartment given away', () => {
  test.each(CASES)(
    'and without the locks %j nothing more than this gets through: %j',
    async (without, expected) => {
      const found = await breach(without, join(folder, 'secret.txt'));
      const through = (Object.keys(PROBES) as Probe[]).filter((probe) => found[probe] !== 'denied');
      expect(through.sort()).toEqual([...expected].sort());
    },
  );
});
