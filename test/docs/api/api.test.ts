import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

test('docs/api is what the sources say; else run npm run docs:api', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, '--check'], { encoding: 'utf8' });
  expect({ said: stdout + stderr, status }).toEqual({
    said: 'docs/api is what the sources say\n',
    status: 0,
  });
}, 120_000);
