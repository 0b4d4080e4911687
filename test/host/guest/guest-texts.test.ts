import { isAscii } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { guestTexts } from '../../../src/host/executors/guest/guest-texts.js';

test('the script of a guest is ASCII: one other character would double what V8 keeps of it', () => {
  const { script } = guestTexts();
  expect(script.length).toBeGreaterThan(100_000);
  expect(isAscii(Buffer.from(script))).toBe(true);
});
