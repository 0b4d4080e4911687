import { describe, expect, test } from '@jest/globals';
import { ByteBudget } from '../../../src/sandbox/broker/byte-budget.js';

/** Takes bytes, and notes when it has got them. */
function taking(
  budget: ByteBudget,
  got: number[],
  bytes: number,
  signal = new AbortController().signal,
): Promise<() => void> {
  return budget.take(bytes, signal).then((release) => {
    got.push(bytes);
    return release;
  });
}

/** Lets every promise that can settle do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a budget of bytes', () => {
  test('serves those who wait in their order, also where a later one would fit', async () => {
    const budget = new ByteBudget(10);
    const got: number[] = [];
    const first = await taking(budget, got, 8);
    const waiting = [taking(budget, got, 9), taking(budget, got, 1), taking(budget, got, 2)];
    await settled();
    expect(got).toEqual([8]);
    first();
    const [second, third] = await Promise.all(waiting.slice(0, 2));
    await settled();
    expect(got).toEqual([8, 9, 1]);
    second?.();
    third?.();
    await waiting[2];
    expect(got).toEqual([8, 9, 1, 2]);
  });

  test('is not held by who gives up, and those behind are served', async () => {
    const budget = new ByteBudget(10);
    const got: number[] = [];
    await taking(budget, got, 8);
    const giveUp = new AbortController();
    const given = taking(budget, got, 9, giveUp.signal);
    const behind = taking(budget, got, 2);
    await settled();
    expect(got).toEqual([8]);
    giveUp.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
    await behind;
    expect(got).toEqual([8, 2]);
    await expect(taking(budget, got, 1, AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
  });
});
