import { describe, expect, test } from '@jest/globals';
import type { Value } from '../../../../src/values.js';
import { replyOf } from '../../../../workers/modules/http_server/reply.js';

const FALLBACK = { status: 500, headers: [], body: '{"error": "Internal Server Error"}' };
const JSON_TYPE = ['content-type', 'application/json'];

describe('a result as a response', () => {
  test('Q-HTTP-NONOBJECT: what is no object is the body, and nothing is 204', () => {
    expect(replyOf('hello')).toEqual({ status: 200, headers: [JSON_TYPE], body: '"hello"' });
    expect(replyOf([201, 'x'])).toEqual({ status: 200, headers: [JSON_TYPE], body: '[201,"x"]' });
    expect(replyOf(null)).toEqual({ status: 204, headers: [] });
    expect(replyOf(undefined)).toEqual({ status: 204, headers: [] });
  });

  test('Q-HTTP-STRING-BODY: text is sent as it is where the type is no JSON', () => {
    const html = { headers: { 'Content-Type': 'text/html' }, body: '<b>' };
    expect(replyOf(html)).toEqual({ status: 200, headers: [['content-type', 'text/html']], body: '<b>' });
    expect(replyOf({ ...html, headers: { 'content-type': 'application/problem+json' } }).body).toBe('"<b>"');
    expect(replyOf({ ...html, headers: { 'content-type': 'application/json; charset=utf-8' } }).body).toBe(
      '"<b>"',
    );
    expect(replyOf({ body: '<b>' }).body).toBe('"<b>"');
  });

  test('Q-HTTP-HEADER-VALUES: a list is a line each, null none, an object compact JSON', () => {
    const headers = { 'set-cookie': ['a=1', 'b=2'], 'x-null': null, 'x-object': { a: [1] }, 'x-number': 1.5 };
    expect(replyOf({ headers }).headers).toEqual([
      JSON_TYPE,
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-object', '{"a":[1]}'],
      ['x-number', '1.5'],
    ]);
  });

  test('Q-HTTP-HOP-HEADERS: headers about another connection are dropped', () => {
    const headers = {
      'Content-Length': 5,
      'Transfer-Encoding': 'chunked',
      Connection: 'x',
      'Keep-Alive': '1',
      'X-A': 1,
    };
    expect(replyOf({ headers }).headers).toEqual([JSON_TYPE, ['x-a', '1']]);
  });

  test.each<Value>([99, 100, 199, 600, 1_000, -1, 65_736])(
    'Q-HTTP-STATUS: %p is no status: the fallback',
    (status) => {
      expect(replyOf({ status_code: status, body: 1 })).toEqual(FALLBACK);
    },
  );

  test.each<[Value, number]>([
    ['404', 200],
    [404.5, 200],
    [null, 200],
    [404, 404],
    [599, 599],
    [201n, 201],
  ])('status_code %p is %p', (status, expected) => {
    expect(replyOf({ status_code: status }).status).toBe(expected);
  });

  test('Q-HTTP-ENVELOPE: an object without the members is an empty response', () => {
    expect(replyOf({ message: 'pong' })).toEqual({ status: 200, headers: [JSON_TYPE], body: undefined });
  });

  test.each([
    { 'bad name': 'x' },
    { 'x-a': 'line1\nline2' },
    { 'x-a': 'a\r\nset-cookie: b=1' },
    { 'x-a\r\nset-cookie': 'b' },
    { 'x-a': ['ok', 'a\0b'] },
    { 'x-a': '€' },
    { '': 'x' },
  ])('headers cannot be injected: %j', (headers) => {
    expect(replyOf({ headers, body: 1 })).toEqual(FALLBACK);
  });

  test('a null body is JSON, an absent one is empty', () => {
    expect(replyOf({ body: null }).body).toBe('null');
    expect(replyOf({ status_code: 201 }).body).toBeUndefined();
  });

  test('an integer beyond what a number holds is text', () => {
    expect(replyOf({ body: [2n ** 60n, 7n] }).body).toBe('["1152921504606846976",7]');
  });
});
