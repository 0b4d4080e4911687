import { describe, expect, test } from '@jest/globals';
import { nodeFeatures } from '../../../src/sandbox/node-features.js';
import { WALLS, type Container, type Wall } from './bare-guest.js';
import { STANDING } from './standing.js';
import type { Gift } from './guest-script.js';
import type { PowerName } from './powers.js';
import { tryPowers } from './try-powers.js';

const NETWORK: readonly PowerName[] = ['connect by TCP', 'connect to a Unix socket', 'send by UDP', 'listen'];
/** What the inner walls alone keep from a thread that holds Node's internals. */
const INNER: readonly PowerName[] = [
  'a descriptor by number',
  "another module's data",
  'crash the host',
  'signal the host',
  "the host's environment",
];

async function gotten(container: Container, gift: Gift, without: readonly Wall[]): Promise<string[]> {
  // Within the limits of a guest's process V8 cannot make a second heap, and ends the process over it.
  const leftOut: readonly PowerName[] =
    without.length === WALLS.length && container !== 'thread' ? ['start a thread'] : [];
  return Object.keys(await tryPowers({ container, gift, without }, leftOut)).sort();
}

describe('with more and more given away', () => {
  test.each(STANDING)(
    'a guest in a %s that is given its %s gets no more than %j',
    async (container, gift, got) => {
      expect(got).toEqual(expect.arrayContaining(await gotten(container, gift, [])));
    },
  );

  test('the inner walls are needed in a thread', async () => {
    const net = nodeFeatures().hasNetPermission ? [] : NETWORK;
    expect(await gotten('thread', 'internals', ['inner'])).toEqual(
      expect.arrayContaining([...INNER, ...net]),
    );
  });

  test('the permission model alone keeps files, programs and threads away', async () => {
    const got = await gotten('thread', 'internals', ['inner', 'scuttle']);
    for (const name of ['read a file', 'list a folder', 'start a program', 'start a thread'])
      expect(got).not.toContain(name);
  });

  test('the inner walls alone keep files, the network, programs, threads and descriptors away from a process', async () => {
    const got = await gotten('process', 'internals', ['permission', 'scuttle']);
    // What is left of it: functions that modules of Node, loaded for this trial, have taken out of their groups.
    const outside: readonly PowerName[] = ['read a file', 'list a folder', ...NETWORK, 'start a program'];
    for (const name of [...outside, 'start a thread', 'a descriptor by number'])
      expect(got).not.toContain(name);
  });

  test('the ways are real: without walls they lead somewhere', async () => {
    const got = await gotten('process', 'internals', ['inner', 'permission', 'scuttle']);
    const real: readonly PowerName[] = [
      ...NETWORK,
      'list a folder',
      'read a file',
      'start a program',
      'write a file',
    ];
    expect(got).toEqual(expect.arrayContaining([...real]));
  });

  test('the jail alone keeps files, programs of the host, its network and its processes away', async () => {
    const got = await gotten('jail', 'internals', ['inner', 'permission', 'scuttle']);
    const outside: readonly PowerName[] = [
      'read a file',
      'write a file',
      'signal the host',
      ...NETWORK.slice(0, 3),
    ];
    for (const name of outside) expect(got).not.toContain(name);
  });
});
