import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const DEMO = fileURLToPath(new URL('../../examples/sandbox/demo.js', import.meta.url));

test('the sandbox example: the honest module works, the malicious one gets nothing, the greedy update is refused', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [DEMO]);
  const [, works = '', refused = ''] = stdout.split(/^[23]\. /m);
  expect(works).toContain("invoice: 'Invoice for Ann: 12.50 EUR'");
  for (const way of ['environment', 'file', "'file through the host'", 'network', 'process'])
    expect(works).toContain(`${way}: 'nothing'`);
  expect(stdout).not.toContain('the secret');
  expect(refused).toContain('PHLOW_LOCK_MISMATCH');
  expect(refused).toContain('changed: 1.0.0 -> 1.1.0, files differ');
  expect(refused).toContain('+ send data to collect.example.net (port 443)');
  expect(refused).toContain('+ know the environment variable HOME');
  expect(refused).toContain('phlow lock --accept invoice');
});
