import { describe, expect, test } from '@jest/globals';
import { Pending } from '../../src/wire/pending.js';

const ignore = (): void => undefined;

function opened(count: number): { pending: Pending<number>; got: (number | undefined)[] } {
  const pending = new Pending<number>();
  const got: (number | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const id: number = pending.add((value) => {
      got[id] = value;
    }, ignore);
  }
  return { pending, got };
}

describe('a table of waits', () => {
  test('settles each by its id, whatever the order', () => {
    const { pending, got } = opened(1000);
    for (let id = 1000; id >= 1; id--) pending.take(id)?.resolve(id * 2);
    expect(got.slice(1)).toEqual(Array.from({ length: 1000 }, (_, i) => (i + 1) * 2));
    expect(pending.size).toBe(0);
  });

  test('keeps one that waits for long while thousands pass by', () => {
    const pending = new Pending<string>();
    const replies: string[] = [];
    const old = pending.add((value) => replies.push(value), ignore);
    for (let i = 0; i < 5000; i++) pending.take(pending.add(ignore, ignore));
    expect(pending.size).toBe(1);
    pending.take(old)?.resolve('at last');
    expect([replies, pending.size]).toEqual([['at last'], 0]);
  });

  test('agrees with a plain map over random use', () => {
    const pending = new Pending<number>();
    const model = new Map<number, number>();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 20_000; step++) {
      if (random(100) < 52) {
        const id = pending.add(ignore, ignore, step);
        model.set(id, step);
      } else {
        const ids = [...model.keys()];
        const id = random(4) === 0 ? random(step + 1) : (ids[random(ids.length || 1)] ?? 0);
        expect(pending.take(id)?.at).toBe(model.get(id));
        model.delete(id);
      }
      if (step % 500 === 0) expect([...pending.entries()].map(([id]) => id)).toEqual([...model.keys()]);
    }
    expect(pending.size).toBe(model.size);
  });

  test('finds nothing under an id that is not a place', () => {
    const { pending } = opened(3);
    for (const id of [0, -1, 1.5, NaN, Infinity, 4, 17, 2 ** 53]) expect(pending.take(id)).toBeUndefined();
    expect(pending.size).toBe(3);
  });

  test('cleans up once, when the wait ends', () => {
    const { pending } = opened(1);
    let cleaned = 0;
    pending.onEnd(1, () => cleaned++);
    pending.take(1);
    pending.take(1);
    expect(cleaned).toBe(1);
  });

  test('fails all that wait, each with an error of its own', () => {
    const pending = new Pending<number>();
    const errors: unknown[] = [];
    for (let i = 0; i < 100; i++) pending.add(ignore, (error) => errors.push(error));
    pending.failAll((id) => `lost ${id}`);
    expect(errors).toEqual(Array.from({ length: 100 }, (_, i) => `lost ${i + 1}`));
    expect(pending.size).toBe(0);
  });
});
