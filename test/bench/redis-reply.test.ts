import { describe, expect, test } from '@jest/globals';
import { parseReply } from '../../bench/peers/redis.js';

const parse = (text: string, at = 0): ReturnType<typeof parseReply> => parseReply(Buffer.from(text), at);

describe('parseReply()', () => {
  test('reads text, integers, null and errors, and says where each ends', () => {
    expect(parse('+OK\r\n')).toEqual({ value: 'OK', end: 5 });
    expect(parse(':42\r\n')).toEqual({ value: 42, end: 5 });
    expect(parse('$-1\r\n')).toEqual({ value: null, end: 5 });
    expect(parse('$5\r\nhe\r\no\r\n')).toEqual({ value: 'he\r\no', end: 11 });
    expect(parse('-ERR no\r\n')?.value).toMatchObject({ message: 'Redis refused a command: ERR no' });
  });

  test('goes on where the last reply ended, and waits for the rest of one that is not complete', () => {
    expect(parse('+OK\r\n:7\r\n', 5)).toEqual({ value: 7, end: 9 });
    expect(parse('$5\r\nhel')).toBeUndefined();
    expect(parse('$5')).toBeUndefined();
  });
});
