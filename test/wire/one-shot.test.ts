import { describe, expect, test } from '@jest/globals';
import { OneShot } from '../../src/wire/one-shot.js';

const never = new Promise<string>(() => undefined);

describe('a thing that happens once', () => {
  test('leaves nothing of a wait that is over', async () => {
    const end = new OneShot<number>();
    for (let i = 0; i < 100; i++) await end.during(Promise.resolve('work'), () => 'ended');
    await expect(end.during(Promise.reject(new Error('failed')), () => 'ended')).rejects.toThrow('failed');
    await Promise.resolve();
    expect(end.watching).toBe(0);
  });

  test('ends the waits that go on, each in its own way', async () => {
    const end = new OneShot<number>();
    const told = end.during(never, (value) => `ended with ${value}`);
    const thrown = end.during(never, () => {
      throw new Error('ended');
    });
    end.happen(7);
    end.happen(8);
    expect(await told).toBe('ended with 7');
    await expect(thrown).rejects.toThrow('ended');
    expect(await end.during(never, (value) => `later: ${value}`)).toBe('later: 7');
    expect(await end.promise).toBe(7);
    expect(end.watching).toBe(0);
  });
});
