import { describe, expect, test } from '@jest/globals';
import { causeOf } from '../../../src/host/executors/read-posted.js';
import { PhlowError } from '../../../src/errors.js';
import { guestExit as exitOf } from '../../../src/host/executors/guest/container.js';

const ended = { exitCode: 1, signal: undefined, isOutOfMemory: false, error: undefined };

const MEMORY_BYTES = 64 * 1_048_576;

type Given = Parameters<typeof exitOf>;
const guestExit = (
  ...[exit, killed, uncaught]: readonly [Given[0], Given[1], Given[2]]
): ReturnType<typeof exitOf> => exitOf(exit, killed, uncaught, MEMORY_BYTES);

describe('the end of a guest', () => {
  test('by memory says the amount that was found, the limit and what raises it', () => {
    const raise = 'raise that with `limits.memory` of its manifest or of its owner';
    expect(guestExit({ ...ended, isOutOfMemory: true }, undefined, undefined).memoryLimit).toBe(
      `it may hold 64 MiB; ${raise}`,
    );
    const error = new PhlowError(
      'PHLOW_MODULE_CRASHED',
      'Ended module "m": it held about 90 MiB, it may hold 80 MiB',
    );
    const exit = guestExit(ended, { error, isMemory: true }, undefined);
    expect(causeOf(exit)).toBe(`it ran out of memory: it held about 90 MiB, it may hold 80 MiB; ${raise}`);
  });

  test('is what the host did, whatever else was seen', () => {
    const why = new Error('too late');
    const seen = { ...ended, isOutOfMemory: true, signal: 'SIGKILL' };
    const uncaught = { error: new Error('of its own') };
    expect(guestExit(seen, { error: why, isMemory: false }, uncaught)).toEqual({
      reason: 'terminated',
      exitCode: 1,
      error: why,
    });
    expect(guestExit(seen, { error: why, isMemory: true }, uncaught).reason).toBe('out_of_memory');
    const broken = new PhlowError('PHLOW_WIRE_VIOLATION', 'Cannot go on: found nonsense');
    expect(guestExit(seen, { error: broken, isMemory: false }, uncaught).reason).toBe('violation');
  });

  test('is memory before what the guest said, and what the guest said before what was seen', () => {
    const uncaught = { error: new Error('of its own') };
    expect(guestExit({ ...ended, isOutOfMemory: true }, undefined, uncaught).reason).toBe('out_of_memory');
    const exit = guestExit({ ...ended, error: new Error('seen') }, undefined, uncaught);
    expect([exit.reason, exit.error]).toEqual(['uncaught', uncaught.error]);
  });

  test('names the signal, and is an exit when there is nothing else to say', () => {
    const signalled = guestExit({ ...ended, exitCode: undefined, signal: 'SIGSEGV' }, undefined, undefined);
    expect(signalled).toMatchObject({ reason: 'uncaught', error: { message: 'it was ended by SIGSEGV' } });
    expect(guestExit(ended, undefined, undefined)).toEqual({
      reason: 'exited',
      exitCode: 1,
      error: undefined,
    });
  });
});
