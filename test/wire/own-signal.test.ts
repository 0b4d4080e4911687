import { describe, expect, test } from '@jest/globals';
import { PhlowError } from '../../src/errors.js';
import { OwnSignal } from '../../src/wire/own-signal.js';

class Signal extends OwnSignal {
  readonly seen: unknown[] = [];

  protected onCancel(reason: PhlowError): void {
    this.seen.push([this.aborted, reason.message]);
  }
}

const reason = (message = 'enough'): PhlowError => new PhlowError('PHLOW_FLOW_CANCELLED', message);

describe('a signal of the library', () => {
  test('calls its listeners once, in the order in which they came', () => {
    const signal = new Signal();
    const calls: number[] = [];
    const [a, b, c] = [1, 2, 3].map((n) => () => void calls.push(n)) as [() => void, () => void, () => void];
    for (const listener of [a, b, a, c, b]) signal.addEventListener('abort', listener);
    signal.cancel(reason());
    signal.cancel(reason('again'));
    expect(calls).toEqual([1, 2, 3]);
    expect(signal.reason?.message).toBe('enough');
    expect(signal.seen).toEqual([[true, 'enough']]);
  });

  test('keeps that order when the first one leaves and comes back', () => {
    const signal = new Signal();
    const calls: number[] = [];
    const [a, b] = [1, 2].map((n) => () => void calls.push(n)) as [() => void, () => void];
    signal.addEventListener('abort', a);
    signal.addEventListener('abort', b);
    signal.removeEventListener('abort', a);
    signal.addEventListener('abort', a);
    signal.cancel(reason());
    expect(calls).toEqual([2, 1]);
  });

  test('forgets listeners that leave', () => {
    const signal = new Signal();
    const calls: number[] = [];
    const listeners = [1, 2, 3].map((n) => () => void calls.push(n));
    for (const listener of listeners) signal.addEventListener('abort', listener);
    for (const listener of listeners) signal.removeEventListener('abort', listener);
    signal.addEventListener('abort', () => void calls.push(4));
    signal.cancel(reason());
    expect(calls).toEqual([4]);
  });

  test('throws its reason once there is one', () => {
    const signal = new Signal();
    expect(() => signal.throwIfAborted()).not.toThrow();
    const why = reason();
    signal.cancel(why);
    expect(() => signal.throwIfAborted()).toThrow(why);
    expect([signal.aborted, signal.reason]).toEqual([true, why]);
  });
});
