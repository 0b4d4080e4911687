import { describe, expect, test } from '@jest/globals';
import { HostShare } from '../../../src/host/executors/guest/host-share.js';
import { HostTurns, type SlicedWork } from '../../../src/host/executors/guest/host-turns.js';

/** An event loop and a clock that stand still until they are told to go on. */
function stillLoop(): { turns: HostTurns; clock: { now: number }; turn: () => boolean } {
  const clock = { now: 1_000 };
  const later: (() => void)[] = [];
  const turns = new HostTurns(
    () => clock.now,
    (work) => later.push(work),
  );
  return {
    turns,
    clock,
    turn: () => {
      const due = later.splice(0);
      for (const work of due) work();
      return due.length > 0;
    },
  };
}

describe('the turns of the event loop that guests share', () => {
  test('are not waited for while little has been done at once, and are when it was much', () => {
    const { turns, clock } = stillLoop();
    expect(turns.isFree(clock.now)).toBe(true);
    turns.spend(7);
    expect(turns.isFree(clock.now)).toBe(false);
    clock.now += 20;
    expect(turns.isFree(clock.now)).toBe(true);
  });

  test('hold one slice of work each, and everybody gets one in turn', () => {
    const { turns, clock, turn } = stillLoop();
    const slices: string[] = [];
    const worker = (name: string, count: number): SlicedWork => ({
      workUntil(end) {
        slices.push(`${name} ${end - clock.now}`);
        clock.now = end;
        return --count > 0;
      },
    });
    turns.request(worker('a', 3));
    turns.request(worker('b', 2));
    const perTurn: number[] = [];
    for (let before = 0; turn(); before = slices.length) perTurn.push(slices.length - before);
    expect(slices).toEqual(['a 4', 'b 4', 'a 4', 'b 4', 'a 4']);
    expect(perTurn).toEqual([1, 1, 1, 1, 1]);
  });

  test('go to nobody who has taken back what he asked for', () => {
    const { turns, turn } = stillLoop();
    let worked = 0;
    const work: SlicedWork = { workUntil: () => (worked++, false) };
    turns.request(work);
    turns.forget(work);
    turn();
    expect([worked, turn()]).toEqual([0, false]);
  });

  test('hold what little work of many fits into one slice', () => {
    const { turns, turn } = stillLoop();
    let worked = 0;
    for (let i = 0; i < 5; i++) turns.request({ workUntil: () => (worked++, false) });
    turn();
    expect(worked).toBe(5);
  });
});

describe('what a module may cost the host', () => {
  test('is a second of its thread at once, and its share of each second after that', () => {
    const share = new HostShare(100);
    share.book(1_000, 0, false);
    expect(share.waitMs(0)).toBe(0);
    share.book(10, 0, false);
    expect(share.waitMs(0)).toBe(100);
    expect(share.waitMs(60)).toBe(40);
    expect(share.waitMs(100)).toBe(0);
  });

  test('does not count ordinary replies, which were asked for', () => {
    const share = new HostShare(100);
    for (let i = 0; i < 100_000; i++) share.book(0.4, 0, true);
    expect(share.waitMs(0)).toBe(0);
    share.book(2_000, 0, true);
    expect(share.waitMs(0)).toBeGreaterThan(0);
  });

  test('ends a module that stays above it for twenty seconds, and says what it has cost', () => {
    const share = new HostShare(250);
    let now = 0;
    share.book(2_000, now, false);
    for (; share.found(now) === undefined; now += 1_000) {
      share.book(300, now, false);
      expect(share.waitMs(now)).toBeGreaterThan(0);
    }
    expect(now).toBe(20_000);
    expect(share.found(now)).toBe(
      'messages that have cost the host 5700 ms in 20 s with more waiting; they may cost 250 ms a second',
    );
  });

  test('does not count for how long messages wait that are paid for', () => {
    const share = new HostShare(250);
    share.book(2_000, 0, false);
    expect(share.waitMs(0)).toBe(4_000);
    // Eight seconds are enough for all of it; what waits after that waits for something else.
    expect(share.waitMs(9_000)).toBe(0);
    share.book(2_000, 25_000, false);
    expect(share.waitMs(25_000)).toBe(4_000);
    expect(share.found(25_000)).toBeUndefined();
  });

  test('is forgiven when the module has nothing more to say', () => {
    const share = new HostShare(250);
    share.book(2_000, 0, false);
    share.waitMs(0);
    share.caughtUp();
    expect(share.found(60_000)).toBeUndefined();
  });
});
