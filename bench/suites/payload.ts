import { createHost } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import { modulePath } from '../module-path.js';
import { startFlat, startFloor } from '../../src/measure/floor.js';
import { threadFile } from '../peers/thread-file.js';
import type { Peer } from '../../src/measure/peer.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { tightLoop } from '../tight-loop.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Values there and back, by size; those marked are left out of a quick run. */
const VALUES: readonly { name: string; make: () => unknown; isLong?: true }[] = [
  { name: 'text of 100 B', make: () => 'x'.repeat(100) },
  { name: 'text of 1 KiB', make: () => 'x'.repeat(KIB), isLong: true },
  { name: 'text of 10 KiB', make: () => 'x'.repeat(10 * KIB) },
  { name: 'text of 100 KiB', make: () => 'x'.repeat(100 * KIB), isLong: true },
  { name: 'text of 1 MiB', make: () => 'x'.repeat(MIB) },
  { name: 'object of 200 rows', make: () => rows(200) },
];

/** Bytes that go one way; the reply is their number. */
const BYTES: readonly { name: string; size: number }[] = [
  { name: 'buffer of 10 KiB', size: 10 * KIB },
  { name: 'buffer of 1 MiB', size: MIB },
];

const WIDTHS: readonly number[] = [1, 16];

/** How many values take turns; more than are ever in flight. */
const DIFFERENT = 32;

/** What cloning costs by size and shape, and what moving a buffer saves. */
export const payload: Suite = {
  scope: 'payload',
  about: 'large packages: what cloning costs by size and shape, and what transferring a buffer saves',
  async open(plan) {
    const host = await createHost({ logLevel: 'off' });
    const peers: Peer[] = [];
    const cases: Case[] = [];
    try {
      const floor = await startFloor();
      peers.push(floor);
      const measuring = await startFlat(threadFile('floor-measure'));
      peers.push(measuring);
      const echo = await host.load(modulePath('echo-any'));
      const measure = await host.load(modulePath('measure'));
      for (const { name: group, make, isLong } of VALUES) {
        if (plan.isQuick && isLong === true) continue;
        // All different: an object that is in a batch twice would be cloned only once.
        const values = Array.from({ length: DIFFERENT }, make);
        const nth = (n: number): unknown => values[n % DIFFERENT];
        const label = (subject: string): string => `${subject}: ${group}`;
        cases.push(
          ...closedLoops({
            name: label('floor'),
            group,
            widths: WIDTHS,
            isFloor: true,
            call: (n) => floor.call(nth(n)),
          }),
          ...closedLoops({
            name: label('phlow'),
            group,
            widths: WIDTHS,
            call: (n) => echo.call(nth(n)),
          }),
          tightLoop({
            name: label('structuredClone'),
            group,
            chunk: 4,
            setup: 'one clone in this thread; a package there and back needs two',
            run: (from, count) => cloned(nth(from), count),
          }),
        );
      }
      for (const { name: group, size } of BYTES) {
        const label = (subject: string): string => `${subject}: ${group}`;
        const common = { group, widths: WIDTHS };
        cases.push(
          ...closedLoops({
            name: label('floor'),
            ...common,
            isFloor: true,
            setup: 'cloned',
            call: () => measuring.call(new ArrayBuffer(size)),
          }),
          ...closedLoops({
            name: label('phlow'),
            ...common,
            setup: 'cloned',
            call: () => measure.call(new ArrayBuffer(size)),
          }),
          ...closedLoops({
            name: label('phlow-transfer'),
            ...common,
            setup: 'transferred, one post per package',
            call: () => {
              const buffer = new ArrayBuffer(size);
              return measure.call(buffer, { transfer: [buffer] });
            },
          }),
        );
      }
    } catch (error) {
      await close();
      throw error;
    }
    return { cases, close };

    async function close(): Promise<void> {
      await Promise.all([host.close(), ...peers.map((peer) => peer.stop())]);
    }
  },
};

function rows(count: number): unknown[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `Customer ${id}`,
    email: `customer-${id}@example.com`,
    balance: id * 1.5,
    isActive: id % 2 === 0,
  }));
}

function cloned(value: unknown, times: number): unknown {
  let last: unknown;
  for (let i = 0; i < times; i++) last = structuredClone(value);
  return last;
}
