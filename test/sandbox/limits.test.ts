import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../src/manifest/parse.js';
import { limitsFor, type ModuleLimits } from '../../src/sandbox/limits.js';
import { readOwnerLimits } from '../../src/sandbox/owner-limits.js';

const MIB = 1_048_576;

function limitsOf(wishes: string, owner?: Partial<ModuleLimits>): ModuleLimits {
  return limitsFor(parseManifest(`name: a\nlimits: ${wishes}\n`, 'phlow.yaml').limits, owner);
}

describe('limitsFor', () => {
  test('a module that wishes for nothing has the default limits', () => {
    expect(limitsOf('{}')).toMatchObject({
      memoryBytes: 64 * MIB,
      callMs: 30_000,
      cpuMsPerSecond: 4_000,
      replyBytes: MIB,
      logBytesPerSecond: 65_536,
    });
  });

  test('a manifest’s wishes count, smaller and larger than the defaults', () => {
    expect(limitsOf('{ memory: 128MiB, call: 2s, cpu: 30s/min, reply: 64KiB, log: 1KiB/s }')).toEqual({
      ...limitsOf('{}'),
      memoryBytes: 128 * MIB,
      callMs: 2_000,
      cpuMsPerSecond: 500,
      replyBytes: 65_536,
      logBytesPerSecond: 1_024,
    });
  });

  test('wishes beyond what a host allows are cut to that', () => {
    const limits = limitsOf('{ memory: 900GiB, call: 99h, cpu: 999s/s, reply: 9GiB, log: 9GiB/s }');
    expect(limits).toEqual({
      ...limitsOf('{}'),
      memoryBytes: 512 * MIB,
      callMs: 300_000,
      cpuMsPerSecond: 4_000,
      replyBytes: 16 * MIB,
      logBytesPerSecond: MIB,
    });
  });

  test('the owner’s word holds whatever the manifest wishes, beyond the bounds too', () => {
    expect(
      limitsOf('{ memory: 64MiB, call: 1s }', { memoryBytes: 1_024 * MIB, callMs: 600_000 }),
    ).toMatchObject({
      memoryBytes: 1_024 * MIB,
      callMs: 600_000,
    });
    expect(limitsOf('{ call: 5s }', { callMs: 100 }).callMs).toBe(100);
  });

  test('memory is rounded up to steps of 64 MiB, so that a spare container fits', () => {
    // None at all would be no limit for the engine.
    for (const wish of ['0', '1MiB', '64MiB'])
      expect(limitsOf(`{ memory: ${wish} }`).memoryBytes).toBe(64 * MIB);
    expect(limitsOf('{ memory: 65MiB }').memoryBytes).toBe(128 * MIB);
  });

  test.each(['memory: lots', 'memory: -1MiB', 'call: soon', 'cpu: 30s', 'reply: 1 parsec', 'log: 64KiB'])(
    'a wish that is no limit is refused with its place: %s',
    (wish) => {
      expect(() => parseManifest(`name: a\nlimits: { ${wish} }\n`, 'phlow.yaml')).toThrow(
        expect.objectContaining({
          code: 'PHLOW_MANIFEST_INVALID',
          place: expect.objectContaining({ line: 2 }),
        }),
      );
    },
  );
});

describe('readOwnerLimits', () => {
  test('reads them as a manifest writes them', () => {
    const written = { memory: '1GiB', call: '2s', cpu: '30s/min', reply: '1MiB', log: '64KiB/s' };
    expect(readOwnerLimits(written, 'a')).toEqual({
      memoryBytes: 1_024 * MIB,
      callMs: 2_000,
      cpuMsPerSecond: 500,
      replyBytes: MIB,
      logBytesPerSecond: 65_536,
    });
    for (const nothing of [undefined, null, {}]) expect(readOwnerLimits(nothing, 'a')).toEqual({});
  });

  test.each([
    [[], 'limits must be an object'],
    ['64MiB', 'limits must be an object'],
    [{ memroy: '64MiB' }, 'limits.memroy is no limit. Did you mean "memory"?'],
    [{ constructor: '64MiB' }, 'limits.constructor is no limit'],
    [{ memory: 'lots' }, 'limits.memory must be a size such as 64MiB: found "lots"'],
    [{ call: 'soon' }, 'limits.call must be a length of time such as 2s: found "soon"'],
    [{ cpu: '30s' }, 'limits.cpu must be a share such as 30s/min: found "30s"'],
    [{ log: 64 }, 'limits.log must be a rate such as 64KiB/s: found 64'],
  ])('refuses %j with what is wrong and how it is written', (written, reason) => {
    expect(() => readOwnerLimits(written, 'a')).toThrow(
      expect.objectContaining({
        code: 'PHLOW_OPTION_INVALID',
        message: expect.stringContaining(`Cannot read the limits of module "a": ${reason}`),
      }),
    );
  });
});
