import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

describe('the error of a module that cannot be loaded', () => {
  test.each([
    ['broken-syntax', 'broken-syntax/index.mjs', 3, 34, 'greeting world'],
    ['broken-import', 'broken-import/parts/part.mjs', 2, 22, 'other = = 2'],
    ['throws-at-load', 'throws-at-load/index.js', 1, 7, "TypeError('no database configured')"],
  ])('%s points at the code', (name, file, line, column, code) =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule(name)));
      expect(error.code).toBe('PHLOW_LOAD_FAILED');
      expect(error.place?.file.endsWith(file)).toBe(true);
      expect(error.place).toMatchObject({ line, column });
      expect(error.place?.frame).toContain(code);
    }),
  );

  test('says what to do when Node takes its code for CommonJS', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('taken-for-commonjs')));
      expect(error.message).toContain('name it .mjs');
      expect(error.place).toMatchObject({ line: 1, column: 1 });
    }));

  test('shows no file outside the module, whatever its stack says', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('points-elsewhere')));
      expect(error.code).toBe('PHLOW_LOAD_FAILED');
      expect(error.place).toBeUndefined();
    }));

  test('of a version that should take the place of another is told with its place too', () =>
    withHost(async (host) => {
      await host.load('echo', { name: 'broken-syntax' });
      const error = await errorOf(host.replace('broken-syntax', { module: fixtureModule('broken-syntax') }));
      expect(error.message).toContain('the old version stays up');
      expect(error.place).toMatchObject({ line: 3 });
    }));
});
