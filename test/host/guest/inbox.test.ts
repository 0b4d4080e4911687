import { describe, expect, test } from '@jest/globals';
import { HostShare } from '../../../src/host/executors/guest/host-share.js';
import { HostTurns } from '../../../src/host/executors/guest/host-turns.js';
import { Inbox, type InboxOptions, type Reading } from '../../../src/host/executors/guest/inbox.js';

interface Setting {
  readonly inbox: Inbox;
  readonly seen: string[];
  /** Lets the event loop come round once. */
  readonly turn: () => void;
}

/** An inbox whose frames are `long N`, read in N steps, or anything else, read at once. */
function openInbox(more: Partial<InboxOptions> = {}): Setting {
  // Stands still: what is booked is what a frame counts for, not what this machine takes.
  const now = (): number => 1_000;
  const later: (() => void)[] = [];
  const seen: string[] = [];
  let unasked = 0;
  const inbox = new Inbox({
    turns: new HostTurns(now, (work) => later.push(work)),
    share: new HostShare(250),
    read(plane, body): Reading | undefined {
      unasked = 1;
      const steps = /^long (\d+)$/.exec(body.toString())?.[1];
      if (body === 'bad') throw new Error('bad');
      seen.push(`${plane} ${body.toString()}`);
      if (steps === undefined) return undefined;
      let left = Number(steps);
      return {
        step() {
          seen.push(`step ${left}`);
          return --left === 0;
        },
      };
    },
    wasUnasked() {
      const before = unasked;
      unasked = 0;
      return before;
    },
    fail: (error) => seen.push(`fails: ${(error as Error).message}`),
    pause: () => seen.push('pause'),
    resume: () => seen.push('resume'),
    tooDear: (found) => new Error(found),
    now,
    maxWaitingLength: () => 1_000,
    ...more,
  });
  return {
    inbox,
    seen,
    turn: () => {
      for (const work of later.splice(0)) work();
    },
  };
}

describe('what a guest has sent', () => {
  test('is read as it comes while it costs little', () => {
    const { inbox, seen } = openInbox();
    inbox.push('d', 'a');
    inbox.push('d', 'b');
    expect([seen, inbox.isBehind]).toEqual([['d a', 'd b'], false]);
  });

  test('waits behind a frame that is read in steps, in its order, and its sender is paused until all is read', () => {
    const { inbox, seen, turn } = openInbox();
    inbox.push('d', 'long 2');
    inbox.push('d', 'b');
    expect([seen, inbox.isBehind]).toEqual([['d long 2', 'pause'], true]);
    turn();
    expect(seen).toEqual(['d long 2', 'pause', 'step 2', 'step 1', 'd b', 'resume']);
    expect(inbox.isBehind).toBe(false);
  });

  test('takes a turn of the event loop when much of it comes at once', () => {
    const { inbox, seen } = openInbox({ maxWaitingLength: () => Infinity });
    for (let i = 0; i < 1_000; i++) inbox.push('d', 'a');
    expect(inbox.isBehind).toBe(true);
    expect(seen.filter((text) => text === 'd a').length).toBeLessThan(130);
  });

  test('is all read before its end is told', () => {
    const { inbox, seen, turn } = openInbox();
    inbox.push('d', 'long 1');
    inbox.whenEmpty(() => seen.push('end'));
    expect(seen).not.toContain('end');
    turn();
    expect(seen.at(-1)).toBe('end');
    inbox.whenEmpty(() => seen.push('again'));
    expect(seen.at(-1)).toBe('again');
  });

  test('is forgotten when it is closed, which tells its end at once', () => {
    const { inbox, seen, turn } = openInbox();
    inbox.push('d', 'long 3');
    inbox.push('d', 'b');
    inbox.whenEmpty(() => seen.push('end'));
    inbox.close();
    turn();
    inbox.push('d', 'c');
    expect(seen).toEqual(['d long 3', 'pause', 'end']);
  });

  test('fails once when it breaks the protocol, and nothing is read after that', () => {
    const { inbox, seen } = openInbox();
    inbox.push('d', 'bad');
    inbox.push('d', 'bad');
    expect(seen).toEqual(['fails: bad']);
  });

  test('is read in its order also when a great many frames wait', () => {
    const { inbox, seen, turn } = openInbox({ maxWaitingLength: () => Infinity });
    inbox.push('d', 'long 1');
    for (let i = 0; i < 5_000; i++) inbox.push('d', String(i));
    for (let turns = 0; inbox.isBehind && turns < 5_000; turns++) turn();
    const read = seen.filter((text) => text.startsWith('d ') && text !== 'd long 1');
    expect(read).toEqual(Array.from({ length: 5_000 }, (_, i) => `d ${i}`));
  });

  test('fails when more waits than may', () => {
    const { inbox, seen } = openInbox();
    inbox.push('d', 'long 1');
    inbox.push('d', 'x'.repeat(600));
    inbox.push('d', 'x'.repeat(600));
    expect(seen.at(-1)).toBe('fails: 1600 characters that wait to be read');
  });

  test('is gone on with when the thread beside has done its part', async () => {
    const seen: string[] = [];
    let isBeside = true;
    const { inbox, turn } = openInbox({
      read: () => ({
        step: () => {
          if (!isBeside) return true;
          isBeside = false;
          return Promise.resolve(5);
        },
      }),
      resume: () => seen.push('resume'),
    });
    inbox.push('d', 'a');
    turn();
    turn();
    expect([inbox.isBehind, seen]).toEqual([true, []]);
    await Promise.resolve();
    await Promise.resolve();
    turn();
    expect([inbox.isBehind, seen]).toEqual([false, ['resume']]);
  });
});
