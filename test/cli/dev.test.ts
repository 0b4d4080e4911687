import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { TalkingPhlow } from '../support/talking-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const source = (expression: string): string =>
  `export default ({ input }, { log }) => { log.info('was called'); return ${expression}; };\n`;

const at = (folder: string): string => join(folder, 'doubler');

describe('phlow dev', () => {
  test('answers inputs, loads again after a change, keeps what worked when a change does not, answers lines', () =>
    withFolder(async (folder) => {
      writeFiles(at(folder), { 'phlow.yaml': 'name: doubler\n', 'index.mjs': source('input.n * 2') });
      const phlow = new TalkingPhlow(['dev', './doubler', '{"n":21}'], folder);
      await phlow.until('stdout', /^42\n/);
      await phlow.until('stderr', /loaded "doubler" at level trusted in [\d.]+ ms/);
      // A log line and a reply travel on two ports: either may come first.
      await phlow.until('stderr', /was called[^]*answered in [\d.]+ ms|answered in [\d.]+ ms[^]*was called/);

      writeFiles(at(folder), { 'index.mjs': source('input.n * 3') });
      await phlow.until('stdout', /^63\n/);

      writeFiles(at(folder), { 'index.mjs': 'export default {;\n' });
      await phlow.until('stderr', /error\[PHLOW_LOAD_FAILED\]/);
      phlow.type('{"n":2}');
      await phlow.until('stdout', /^6\n/);

      writeFiles(at(folder), { 'index.mjs': source('input.n * 4') });
      await phlow.until('stdout', /^84\n/);
      phlow.type('{"n":');
      await phlow.until('stderr', /the line/);
      expect(await phlow.interrupt()).toBe(130);
    }));

  test('answers a line that was there before the module was', () =>
    withFolder(async (folder) => {
      const index = 'await new Promise((done) => setTimeout(done, 50));\n' + source('input.n * 2');
      writeFiles(at(folder), { 'phlow.yaml': 'name: doubler\n', 'index.mjs': index });
      const phlow = new TalkingPhlow(['dev', './doubler'], folder);
      phlow.type('{"n":4}');
      await phlow.until('stdout', /^8\n/);
      expect(await phlow.interrupt()).toBe(130);
    }));

  test('waits for a module that does not load at first', () =>
    withFolder(async (folder) => {
      writeFiles(at(folder), { 'phlow.yaml': 'name: doubler\n', 'index.mjs': 'export default 1;\n' });
      const phlow = new TalkingPhlow(['dev', './doubler', '{"n":1}'], folder);
      await phlow.until('stderr', /error\[PHLOW_ENTRY_INVALID\]/);
      phlow.type('{"n":1}');
      await phlow.until('stderr', /it is not loaded/);
      writeFiles(at(folder), { 'index.mjs': source('input.n') });
      await phlow.until('stdout', /^1\n/);
      expect(await phlow.interrupt()).toBe(130);
    }));

  test('goes on when the module that it works on is accepted meanwhile', () =>
    withFolder(async (folder) => {
      const name = 'phlow_packages/doubler';
      writeFiles(join(folder, name), { 'phlow.yaml': 'name: doubler\n', 'index.mjs': source('input.n') });
      await runPhlow(['lock', '--accept'], { cwd: folder });
      writeFiles(join(folder, name), { 'index.mjs': source('input.n * 2') });
      const phlow = new TalkingPhlow(['dev', 'doubler', '{"n":5}'], folder);
      const [said] = await phlow.until('stderr', /[^]*Waiting for a change\.\.\.\n/);
      expect(said.match(/error\[PHLOW_LOCK_MISMATCH\]/g)).toHaveLength(1);
      await runPhlow(['lock', '--accept', 'doubler'], { cwd: folder });
      await phlow.until('stdout', /^10\n/);
      expect(await phlow.interrupt()).toBe(130);
    }));

  test('opens the inspector on the module’s thread and warns that this takes all locks away', () =>
    withFolder(async (folder) => {
      const name = 'phlow_packages/doubler';
      writeFiles(join(folder, name), { 'phlow.yaml': 'name: doubler\n', 'index.mjs': source('input.n') });
      await runPhlow(['lock', '--accept'], { cwd: folder });
      const phlow = new TalkingPhlow(
        ['dev', 'doubler', '{"n":5}', '--inspect', '--inspect-port', '0'],
        folder,
      );
      await phlow.until('stderr', /warning.*runs at level trusted instead of isolated/);
      const [, port = ''] = await phlow.until('stderr', /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//);
      await phlow.until('stdout', /^5\n/);
      const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly {
        readonly webSocketDebuggerUrl: string;
      }[];
      expect(targets[0]?.webSocketDebuggerUrl).toContain(`:${port}/`);
      expect(await phlow.interrupt()).toBe(130);
    }));

  test.each([
    [['dev', 'cache'], 'there is no phlow.yaml'],
    [['dev', './none'], 'there is no phlow.yaml'],
    [['dev'], 'needs more'],
  ])('%j is refused: %s', async (args, words) => {
    const { code, stderr } = await runPhlow(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  test('refuses a port that is none', () =>
    withFolder(async (folder) => {
      writeFiles(at(folder), { 'phlow.yaml': 'name: doubler\n', 'index.mjs': source('1') });
      const { code, stderr } = await runPhlow(['dev', './doubler', '--inspect-port', '70000'], {
        cwd: folder,
      });
      expect([code, stderr]).toEqual([2, expect.stringContaining('--inspect-port')]);
    }));
});
