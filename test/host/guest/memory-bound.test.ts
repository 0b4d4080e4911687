import { expect, test } from '@jest/globals';
import { MemoryBound } from '../../../src/host/executors/guest/memory-bound.js';

const MOST = 100;

/** A bound of 100 bytes, and what it has asked for. */
function boundOf(roomBytes = 0): { readonly bound: MemoryBound; readonly asked: (string | number)[] } {
  const asked: (string | number)[] = [];
  const bound = new MemoryBound({
    mostBytes: MOST,
    roomBytes,
    collect: () => asked.push('collect'),
    end: (bytes) => asked.push(bytes),
  });
  return { bound, asked };
}

test('a module that holds what it may is left alone', () => {
  const { bound, asked } = boundOf();
  expect(bound.look(MOST, 0)).toBe(false);
  expect(asked).toEqual([]);
});

test('a module that seems to hold more is asked once to collect its garbage', () => {
  const { bound, asked } = boundOf();
  expect(bound.look(MOST + 1, 0)).toBe(false);
  expect(bound.look(MOST + 2, 25)).toBe(false);
  expect(asked).toEqual(['collect']);
});

test('a module whose garbage went is asked again when more has come', () => {
  const { bound, asked } = boundOf();
  bound.look(MOST + 1, 0);
  bound.look(MOST, 2_000);
  expect(bound.look(MOST + 1, 4_000)).toBe(false);
  expect(asked).toEqual(['collect', 'collect']);
});

test('a module that still holds too much after three seconds is ended', () => {
  const { bound, asked } = boundOf();
  bound.look(MOST + 1, 0);
  expect(bound.look(MOST + 1, 3_000)).toBe(false);
  expect(bound.look(MOST + 2, 3_001)).toBe(true);
  expect(asked).toEqual(['collect', MOST + 2]);
});

test('the time in which its host stood still does not count', () => {
  const { bound, asked } = boundOf();
  bound.look(MOST + 1, 0);
  bound.discount(5_000);
  expect(bound.look(MOST + 1, 6_000)).toBe(false);
  expect(asked).toEqual(['collect']);
});

test('a module that seems to hold half as much again is ended at once', () => {
  const { bound, asked } = boundOf();
  expect(bound.look(1.5 * MOST, 0)).toBe(false);
  expect(bound.look(1.5 * MOST + 1, 25)).toBe(true);
  expect(asked).toEqual(['collect', 1.5 * MOST + 1]);
});

test('room for what may be of others is not half as much again', () => {
  const { bound, asked } = boundOf(1_000);
  expect(bound.look(1_000 + MOST, 0)).toBe(false);
  expect(asked).toEqual([]);
  expect(bound.look(1_000 + 1.5 * MOST, 25)).toBe(false);
  expect(bound.look(1_001 + 1.5 * MOST, 50)).toBe(true);
  expect(asked).toEqual(['collect', 1_001 + 1.5 * MOST]);
});
