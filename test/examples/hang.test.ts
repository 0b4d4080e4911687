import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../examples/hang/main.js', import.meta.url));

test('examples/hang shows the line, the stack and the locals of a loop without end, and loses no log line', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN]);
  expect(stdout).toMatch(/^PHLOW_MODULE_HUNG: Module "stuck" hangs/);
  expect(stdout).toMatch(/it was in parseForever \(.*examples\/hang\/stuck\/index\.js:[4-7]:\d+\)/);
  expect(stdout).toMatch(/at parseForever .*\n {6}text = "let x = 1"\n {6}position = \d+\n {6}word = "let"/);
  expect(stdout).toContain('log lines that arrived: 300 of 300');
  expect(stdout).toMatch(/round trip: \d+ us .* before, \d+ us .* while the module hung/);
});
