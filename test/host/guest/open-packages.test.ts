import { describe, expect, test } from '@jest/globals';
import { STREAM_WINDOW } from '../../../src/wire/stream-reader.js';
import { OpenPackages } from '../../../src/host/executors/guest/open-packages.js';

const opened = (...ids: number[]): OpenPackages => {
  const packages = new OpenPackages();
  for (const id of ids) packages.open(id, 0);
  return packages;
};

describe('the packages that a module has', () => {
  test('an answer is solicited once', () => {
    const packages = opened(1);
    expect([packages.close(1), packages.close(1), packages.close(2)]).toEqual([true, false, false]);
  });

  test('an item of its reply shows that the module is at work, and only for that package', () => {
    const packages = opened(1, 2);
    expect(packages.touch(1, 100)).toBe(true);
    expect(packages.oldestMs(150)).toBe(150);
    packages.close(2);
    expect(packages.oldestMs(150)).toBe(50);
  });

  test('nothing shows that it is at work on a package that nobody waits for', () => {
    const packages = opened(1);
    packages.abandon(1);
    expect(packages.touch(1, 100)).toBe(false);
    expect(packages.oldestMs(150)).toBe(150);
    expect(packages.close(1)).toBe(true);
  });

  test('a package that nobody waits for is owed the items for which there was credit, and no more', () => {
    const packages = opened(1);
    packages.abandon(1);
    const taken = Array.from({ length: STREAM_WINDOW + 1 }, () => packages.takeItem(1, 100));
    expect(taken).toEqual([...Array.from({ length: STREAM_WINDOW }, () => true), false]);
    expect(packages.oldestMs(150)).toBe(150);
    expect(packages.takeItem(2, 100)).toBe(false);
  });

  test('items count as read when they were sent, and once', () => {
    const packages = opened(1);
    packages.sendItem(1);
    packages.sendItem(1);
    expect(packages.readItems(1, 3, 10)).toBe(false);
    expect(packages.readItems(1, 2, 10)).toBe(true);
    expect(packages.readItems(1, 1, 10)).toBe(false);
    expect(packages.oldestMs(20)).toBe(10);
  });

  test('each request that was handed over may start one run, as long as it is open', () => {
    const packages = opened(1);
    packages.open(2, Infinity);
    packages.open(3, Infinity);
    expect([packages.takeRun(), packages.takeRun(), packages.takeRun()]).toEqual([true, true, false]);
    packages.open(4, Infinity);
    packages.open(5, Infinity);
    for (const id of [2, 3, 4]) packages.close(id);
    expect([packages.takeRun(), packages.takeRun()]).toEqual([true, false]);
  });

  test.each([[0], [-1], [NaN], [Infinity], ['2'], [null], [{}]])('%p items are none', (items) => {
    const packages = opened(1);
    packages.sendItem(1);
    expect(packages.readItems(1, items, 10)).toBe(false);
  });
});
