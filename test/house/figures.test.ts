import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { CALL_PATH, figuresOf } from './figures.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the house', () => {
  test.each(['src', 'workers'])('has no file above 300 lines in %s', (folder) => {
    expect(figuresOf(folder).tooLong).toEqual([]);
  });

  test('names the files on the way of a package as they are', () => {
    expect(CALL_PATH.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
