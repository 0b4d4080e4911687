import { describe, expect, test } from '@jest/globals';
import { Redaction, SECRET_NAMES } from '../src/redaction.js';

const copy = (value: unknown): unknown => new Redaction(SECRET_NAMES).copy(value);

describe('a redaction', () => {
  test.each([
    [
      { user: 'a', password: 'x' },
      { user: 'a', password: '[redacted]' },
    ],
    [{ deep: [{ apiKey: 'x', n: 1 }] }, { deep: [{ apiKey: '[redacted]', n: 1 }] }],
    [{ authorization: { scheme: 'basic' } }, { authorization: '[redacted]' }],
    [new Map([['token', 'x'], ['n', '1']]), new Map([['token', '[redacted]'], ['n', '1']])], // prettier-ignore
    [new Set([{ secret: 1 }]), new Set([{ secret: '[redacted]' }])],
    ['password', 'password'],
    [null, null],
  ])('of %j hides what stands under secret names, at every depth', (value, reported) => {
    expect(copy(value)).toEqual(reported);
  });

  test('leaves the value itself as it was', () => {
    const value = { list: [{ token: 'x' }] };
    copy(value);
    expect(value).toEqual({ list: [{ token: 'x' }] });
  });

  test('leaves bytes and dates whole', () => {
    const [bytes, at] = [new Uint8Array([1, 2]), new Date(0)];
    expect(copy({ bytes, at })).toEqual({ bytes, at });
  });

  test('ends in a value that holds itself, and hides what is nested too deep to be looked at', () => {
    const circle: Record<string, unknown> = {};
    circle['next'] = circle;
    expect(JSON.stringify(copy(circle))).toContain('[redacted]');
  });

  test('keeps a name of a value that stands for the prototype elsewhere an own one', () => {
    const reported = copy(JSON.parse('{ "__proto__": { "polluted": true } }'));
    expect(Object.getPrototypeOf(reported)).toBe(Object.prototype);
    expect(Object.keys(reported as object)).toEqual(['__proto__']);
  });

  test('hides each of many names with a pattern that remembers where it stopped', () => {
    const redaction = new Redaction(/token/g);
    expect(['token', 'token', 'token'].map((name) => redaction.hides(name))).toEqual([true, true, true]);
  });
});
