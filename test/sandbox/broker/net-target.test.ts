import { expect, test } from '@jest/globals';
import { urlOf } from '../../../src/sandbox/broker/net-target.js';

const MARKS = '\u0300\u0327'.repeat(50_000);

test.each([
  `http://a${MARKS}/`,
  `http:/\t/a${MARKS}/`,
  `http:\\\\a${MARKS}`,
  `http:a${MARKS}?`,
  `  https:////user@a${MARKS}`,
  `http://${'%CC%80'.repeat(10_000)}/`,
  `http://a/${'b'.repeat(70_000)}`,
])('a URL with too long a name is not looked at: %#', (text) => {
  expect(urlOf(text)).toBeUndefined();
});

test.each([
  'http://example.com/',
  'https://user:secret@example.com:8443/a?b#c',
  'http:\\\\example.com\\a',
  ' http://ex\nample.com ',
  `http://example.com/${'b'.repeat(60_000)}`,
  'http://[::1]:80/',
])('another URL is read as ever: %#', (text) => {
  expect(urlOf(text)?.href).toBe(new URL(text).href);
});

test('the place that a server redirects to is read against the place it was asked at', () => {
  const base = new URL('http://example.com/a/');
  expect(urlOf('../b', base)?.href).toBe('http://example.com/b');
  expect(urlOf('//other.example/c', base)?.href).toBe('http://other.example/c');
  expect(urlOf(`//${MARKS}/`, base)).toBeUndefined();
});
