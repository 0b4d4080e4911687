import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const WORDS = fileURLToPath(new URL('../../../examples/cli-tool/words.phlow', import.meta.url));

test('the command counts words, explains itself, and says what is wrong', async () => {
  await withFolder(async (cwd) => {
    writeFiles(cwd, { 'a.txt': 'a rose is a rose\n', 'b.txt': '' });
    const run = (...words: readonly string[]) => runPhlow(['run', WORDS, ...words], { cwd });
    expect(await run('a.txt', 'b.txt')).toMatchObject({ code: 0, stdout: '[\n  5,\n  0\n]\n' });
    expect(await run('--min=3', 'a.txt')).toMatchObject({ code: 0, stdout: '[\n  2\n]\n' });
    expect((await run('--help')).stdout).toMatch(/^Usage: words\n {7}Version: 1\.0\.0\n/);
    const missing = await run('nowhere.txt');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('path not found: nowhere.txt');
    expect(await run()).toMatchObject({ code: 1, stdout: '' });
  });
});

test('its own tests pass', async () => {
  expect(await runPhlow(['test', WORDS])).toMatchObject({ code: 0 });
});
