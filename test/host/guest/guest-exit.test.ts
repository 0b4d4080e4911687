import { describe, expect, test } from '@jest/globals';
import { PhlowError } from '../../../src/errors.js';
import { guestExit } from '../../../src/host/executors/guest/container.js';

const ended = { exitCode: 1, signal: undefined, isOutOfMemory: false, error: undefined };

describe('the end of a guest', () => {
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
