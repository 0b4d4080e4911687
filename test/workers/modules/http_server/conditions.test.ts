import { describe, expect, test } from '@jest/globals';
import { outcomeOf } from '../../../../workers/modules/http_server/conditions.js';

const FILE = { tag: 'W/"1"', modifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5) + 600, bytes: 10 };
const SAME = 'Fri, 02 Jan 2026 03:04:05 GMT';
const BEFORE = 'Fri, 02 Jan 2026 03:04:04 GMT';
const PART = { range: 'bytes=2-4' };

describe('a request for a file', () => {
  test.each([
    [{}, { status: 200 }],
    [{ 'if-none-match': '"0", W/"1"' }, { status: 304 }],
    [{ 'if-none-match': '"1"' }, { status: 304 }],
    [{ 'if-none-match': '*' }, { status: 304 }],
    [{ 'if-none-match': '"2"', 'if-modified-since': SAME }, { status: 200 }],
    [{ 'if-modified-since': SAME }, { status: 304 }],
    [{ 'if-modified-since': BEFORE }, { status: 200 }],
    [{ 'if-modified-since': 'never' }, { status: 200 }],
    [{ 'if-match': '"1"' }, { status: 412 }],
    [{ 'if-match': '*' }, { status: 200 }],
    [{ 'if-unmodified-since': SAME }, { status: 200 }],
    [{ 'if-unmodified-since': BEFORE }, { status: 412 }],
    [PART, { status: 206, start: 2, end: 5 }],
    [{ range: 'bytes=2-' }, { status: 206, start: 2, end: 10 }],
    [{ range: 'bytes=-3' }, { status: 206, start: 7, end: 10 }],
    [{ range: 'bytes=-30' }, { status: 206, start: 0, end: 10 }],
    [{ range: 'bytes=9-99' }, { status: 206, start: 9, end: 10 }],
    [{ range: 'bytes=10-' }, { status: 416 }],
    [{ range: 'bytes=-0' }, { status: 416 }],
    [{ range: 'bytes=4-2' }, { status: 200 }],
    [{ range: 'bytes=0-1,3-4' }, { status: 200 }],
    [{ range: 'lines=0-1' }, { status: 200 }],
    [{ range: 'bytes=-' }, { status: 200 }],
    [
      { ...PART, 'if-range': SAME },
      { status: 206, start: 2, end: 5 },
    ],
    [{ ...PART, 'if-range': BEFORE }, { status: 200 }],
    [{ ...PART, 'if-range': 'W/"1"' }, { status: 200 }],
    [{ ...PART, 'if-none-match': 'W/"1"' }, { status: 304 }],
  ])('%j: %j', (headers, outcome) => {
    expect(outcomeOf('GET', headers, FILE)).toEqual(outcome);
  });

  test('HEAD has no ranges', () => {
    expect(outcomeOf('HEAD', PART, FILE)).toEqual({ status: 200 });
  });

  test('an empty file has no part', () => {
    expect(outcomeOf('GET', { range: 'bytes=0-' }, { ...FILE, bytes: 0 })).toEqual({ status: 416 });
  });
});
