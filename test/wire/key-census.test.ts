import { expect, test } from '@jest/globals';
import { KeyCensus } from '../../src/wire/key-census.js';

/** A global of Jest's takes long to be looked up. */
const { imul } = Math;

const COUNT = 1_000;

/** The hash that anybody would try: FNV-1a, of a key with its second quote and of where the colon stands. */
function plainHash(key: string): number {
  let hash = 0x811c9dc5;
  const mix = (unit: number): void => {
    hash = imul(hash ^ unit, 0x01000193);
  };
  for (let i = 0; i < key.length; i++) mix(key.charCodeAt(i));
  mix(0x22);
  mix(key.length + 2);
  return (hash ^ (hash >>> 20)) & 0xfffff;
}

function newOnes(keys: readonly string[]): number {
  const census = new KeyCensus();
  return keys.filter((key) => census.isNew(`"${key}":`, 0, key.length + 2)).length;
}

test('keys that are all different are counted as such, whatever a hash without a secret makes of them', () => {
  const keys: string[] = [];
  for (let i = 0; keys.length < COUNT; i++) {
    const key = i.toString(36);
    if (plainHash(key) < 500) keys.push(key);
  }
  expect(newOnes(keys)).toBeGreaterThan(COUNT * 0.9);
});

test('keys that come again are counted once', () => {
  expect(newOnes(['id', 'name', 'id', 'name', 'id'])).toBe(2);
});
