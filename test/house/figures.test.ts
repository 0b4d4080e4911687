import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { CALL_CHAIN, CALL_HELPERS } from './call-path.js';
import { figuresOf } from './figures.js';

const TRACE = fileURLToPath(new URL('./trace-call.js', import.meta.url));

describe('the house', () => {
  test.each(['src', 'workers'])('has no file above 300 lines in %s', (folder) => {
    expect(figuresOf(folder).tooLong).toEqual([]);
  });

  test('names all files that a package passes through, and no others', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [TRACE]);
    const named = [...CALL_CHAIN, ...CALL_HELPERS].map(({ file }) => file);
    expect(JSON.parse(stdout)).toEqual(named.sort());
  });

  test('hands a package on through ten files at most', () => {
    expect(CALL_CHAIN.length).toBeLessThanOrEqual(10);
  });
});
