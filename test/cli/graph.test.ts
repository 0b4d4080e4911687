import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

describe('phlow graph', () => {
  test('prints a flow as Mermaid', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a.phlow': 'steps:\n  - id: one\n' });
      const stdout =
        'flowchart TD\n  start([start])\n  finish([end])\n  s0["one"]\n  start --> s0\n  s0 --> finish\n';
      expect(await runPhlow(['graph', 'a.phlow'], { cwd })).toEqual({ code: 0, stdout, stderr: '' });
    }));

  test('ends with 3 for a flow that does not compile', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a.phlow': 'steps:\n  - to: nowhere\n' });
      const ended = await runPhlow(['graph', 'a.phlow'], { cwd });
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(ended.stderr).toContain('> 2 |   - to: nowhere');
    }));
});

describe('phlow schema', () => {
  test('prints a JSON Schema', async () => {
    const { code, stdout } = await runPhlow(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Phlow flow', required: ['steps'] });
  });
});
