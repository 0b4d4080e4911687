import { describe, expect, test } from '@jest/globals';
import { settleJail } from '../../src/sandbox/jail.js';
import { GUESTS, type GuestKind, type Hold } from './guests.js';
import { leftAfter } from './left-after.js';
import type { Way } from './ways.js';

// All ways, guests and levels: `npm run orphans`.
const isLinux = process.platform === 'linux';
const NONE = { left: [] };

(isLinux ? describe : describe.skip)(
  'a second after its host has ended, nothing is left of a guest that',
  () => {
    test.each(GUESTS)('%s in a process of its own, after a kill of the host', async (kind) => {
      expect(await leftAfter('SIGKILL', kind, 'isolated')).toMatchObject(NONE);
    });

    test.each(['spins', 'ignores signals'] satisfies GuestKind[])(
      '%s where only a watcher sees the host go',
      async (kind) => {
        const { before, left } = await leftAfter('SIGKILL', kind, 'isolated, watched');
        // The host, two guests, and a watcher for each.
        expect([before, left]).toEqual([5, []]);
      },
    );

    test('spins in a jail', async () => {
      if ((await settleJail('auto', 'test')).kind !== 'bubblewrap') return;
      expect(await leftAfter('SIGKILL', 'spins', 'isolated, in a jail')).toMatchObject(NONE);
    });

    test.each(['process.exit', 'uncaught error', 'abort', 'end without close'] satisfies Way[])(
      'is a process that spins, when the host ends by: %s',
      async (way) => {
        expect(await leftAfter(way, 'spins', 'isolated')).toMatchObject(NONE);
      },
    );

    test.each(['trusted', 'sandboxed'] satisfies Hold[])(
      'is a thread in native code, %s, when the host exits',
      async (hold) => {
        expect(await leftAfter('process.exit', 'is in native code', hold)).toMatchObject(NONE);
      },
    );
  },
);
