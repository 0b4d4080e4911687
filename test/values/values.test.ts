import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('./main.js', import.meta.url));

// In a process of its own: here, arrays and errors of this realm are not those that a message is read into.
test('no value changes on its way into a module or out of it, at any level', () => {
  const { stdout, status } = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8' });
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ values: none changed$/);
  expect(status).toBe(0);
});
