import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Log } from '../../src/sdk/context.js';
import { DEFAULT_LOG_RATE, LogGate } from '../../src/host/log/log-gate.js';
import type { LogRecord } from '../../src/wire/log-record.js';
import { createGuestLog } from '../../workers/runtime/guest/guest-log.js';
import { createNatives } from '../../workers/runtime/guest/natives-outer.js';
import { createLog } from '../../workers/runtime/port-log.js';

const DAY_MS = 86_400_000;
const MANY = 20_000;

/** Two clocks that a test moves by hand. */
function clocks(): { wall: number; monotonic: number } {
  const at = { wall: Date.UTC(2026, 0, 2), monotonic: 1_000 };
  jest.spyOn(Date, 'now').mockImplementation(() => at.wall);
  jest.spyOn(performance, 'now').mockImplementation(() => at.monotonic);
  return at;
}

afterEach(() => void jest.restoreAllMocks());

/** A log of each side, and what has left through it. */
const LOGS: Readonly<Record<string, (sent: string[]) => Pick<Log, 'info'>>> = {
  'of a guest': (sent) => {
    return createGuestLog(
      'info',
      65_536,
      createNatives(() => performance.now()),
      (text) => void sent.push((JSON.parse(text) as LogRecord).message),
    ).log;
  },
  'of a thread': (sent) => createLog('info', ({ message }) => void sent.push(message)).log,
  'at the host': (sent) => {
    const gate = new LogGate(
      DEFAULT_LOG_RATE,
      ({ message }) => void sent.push(message),
      () => undefined,
    );
    return {
      info: (message) => gate.write({ level: 'info', time: Date.now(), message, fields: undefined }),
    };
  },
};

describe.each(Object.entries(LOGS))('the log %s', (_, open) => {
  test('goes on when the wall clock steps back by a day', () => {
    const at = clocks();
    const sent: string[] = [];
    const log = open(sent);
    for (let i = 0; i < MANY; i++) log.info('one of a flood');
    at.wall -= DAY_MS;
    at.monotonic += 2_000;
    log.info('after the step');
    expect(sent).toContain('after the step');
  });

  test('is held to its rate when the wall clock steps ahead', () => {
    const at = clocks();
    const sent: string[] = [];
    const log = open(sent);
    for (let i = 0; i < MANY; i++) log.info('one of a flood');
    at.wall += DAY_MS;
    log.info('after the step');
    expect(sent).not.toContain('after the step');
    expect(sent.length).toBeLessThan(MANY);
  });
});
