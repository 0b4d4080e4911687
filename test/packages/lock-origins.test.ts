import { describe, expect, test } from '@jest/globals';
import { assertNpmOrigin, sourceOfOrigin } from '../../src/packages/sources.js';

describe('what phlow.lock says of a registry', () => {
  test.each([
    ['an option of npm', '--registry=http://127.0.0.1:1/', undefined],
    ['an address', 'http://127.0.0.1:1/x.tgz', undefined],
    ['a repository', 'git+file:///tmp/repo', undefined],
    ['a name that begins with a dash', '-greet', undefined],
    ['a range that is an address', '@acme/greet', 'http://127.0.0.1:1/x.tgz'],
    ['a range that is an alias', '@acme/greet', 'npm:other@1'],
  ])('is not handed to npm where it is %s', (_what, from, range) => {
    const origin = { kind: 'npm', from, ...(range === undefined ? {} : { range }) } as const;
    expect(() => sourceOfOrigin(origin, undefined, '/')).toThrow(
      expect.objectContaining({ code: 'PHLOW_LOCK_MISMATCH' }),
    );
  });

  test('is handed to npm where a person may type it', () => {
    expect(() => assertNpmOrigin('@acme/greet', '^1.2', '@acme/greet')).not.toThrow();
    expect(() => assertNpmOrigin('greet', 'next', 'greet')).not.toThrow();
  });
});
