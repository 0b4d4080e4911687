import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createGuestLog } from '../../workers/guest/guest-log.js';

describe('the log of a guest', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('goes on when the wall clock is set back', () => {
    let elapsed = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => 1e12 - elapsed * 1_000);
    const sent: string[] = [];
    const log = createGuestLog(
      'info',
      1_000,
      (text) => sent.push(text),
      () => elapsed,
    );
    for (let second = 0; second < 5; second++) {
      elapsed = second * 1_000;
      for (let i = 0; i < 20; i++) log.info(`line ${i} of second ${second}: ${'x'.repeat(50)}`);
    }
    const messages = sent.map((text) => (JSON.parse(text) as { message: string }).message);
    for (let second = 0; second < 5; second++)
      expect(messages.some((message) => message.startsWith(`line 0 of second ${second}`))).toBe(true);
    expect(messages.filter((message) => message.includes('dropped'))).toHaveLength(4);
  });
});
