import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/flow/diagnostics.js';
import { loadFlow, readFlowFile } from '../../src/flow/load-flow.js';
import { DISK, memoryFiles, type FlowFiles } from '../../src/flow/source/flow-files.js';

function load(text: string, files: Record<string, string> = {}) {
  return loadFlow({ kind: 'text', path: '/f/main.phlow', text }, memoryFiles(files), new Diagnostics());
}

function chain(depth: number): Record<string, string> {
  const files: Record<string, string> = { [`/f/p${depth}.phlow`]: '- payload: 1\n' };
  for (let n = 0; n < depth; n++) files[`/f/p${n}.phlow`] = `!include p${n + 1}\n`;
  return files;
}

const TOO_LARGE = expect.objectContaining({ code: 'PHLOW_FLOW_TOO_LARGE' });

describe('a flow that is too large is refused:', () => {
  test('a file of 50 MB', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'phlow-large-'));
    const path = join(dir, 'large.phlow');
    const file = await open(path, 'w');
    await file.truncate(50 * 1024 * 1024);
    await file.close();
    expect(() => readFlowFile(path, DISK)).toThrow(TOO_LARGE);
    await rm(dir, { recursive: true });
  });

  test.each([
    ['a device, which may never end', '/dev/zero', /it is no file/],
    ['a folder', '/', /it is a folder/],
  ])('%s', (_, path, reason) => {
    const text = `steps:\n  !include "${path}"\n`;
    const files: FlowFiles = { read: () => DISK.read(path) };
    const load = (): unknown =>
      loadFlow({ kind: 'text', path: '/f/main.phlow', text }, files, new Diagnostics());
    expect(load).toThrow(reason);
    expect(load).toThrow(
      expect.objectContaining({ code: 'PHLOW_FLOW_UNREADABLE', place: expect.objectContaining({ line: 2 }) }),
    );
  });

  test('aliases that multiply', () => {
    const levels = Array.from({ length: 12 }, (_, n) => {
      const inner = n === 0 ? '"x"' : `*a${n - 1}`;
      return `a${n}: &a${n} [${Array.from({ length: 10 }, () => inner).join(', ')}]`;
    });
    expect(() => load(`${levels.join('\n')}\nsteps: []`)).toThrow(TOO_LARGE);
  });

  test('includes that multiply', () => {
    const files: Record<string, string> = {};
    for (let n = 0; n < 40; n++) files[`/f/p${n}.phlow`] = `!include p${n + 1}\n!include p${n + 1}\n`;
    expect(() => load('!include p0', files)).toThrow(TOO_LARGE);
  });

  test('includes more than 200 deep', () => {
    expect(() => load('steps:\n  !include p0', chain(250))).toThrow(TOO_LARGE);
  });

  test('values nested too deep, in any style', () => {
    const block = Array.from({ length: 1_500 }, (_, n) => `${' '.repeat(n)}a:`).join('\n');
    expect(() => load(`${block}\nsteps: []`)).toThrow(TOO_LARGE);
    const nested = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(() => load(`a:\n  - ${nested}\nsteps: []`)).toThrow(TOO_LARGE);
  });
});

describe('a large flow is loaded:', () => {
  test('10 000 steps', () => {
    const steps = Array.from({ length: 10_000 }, (_, n) => `  - payload: payload + ${n}\n`);
    expect(load(`steps:\n${steps.join('')}`).steps).toHaveLength(10_000);
  });

  test('includes 100 deep', () => {
    expect(load('steps:\n  !include p0', chain(100)).steps).toHaveLength(1);
  });

  test('branches 150 deep', () => {
    let text = 'steps:\n';
    for (let n = 0; n < 150; n++) text += `${'  '.repeat(n + 1)}- assert: true\n${'  '.repeat(n + 2)}then:\n`;
    text += `${'  '.repeat(152)}- payload: 1\n`;
    expect(load(text).steps).toHaveLength(1);
  });
});

test('an include cycle names its files', () => {
  const files = { '/f/a.phlow': '!include b', '/f/b.phlow': '!include a' };
  expect(() => load('!include a', files)).toThrow(
    expect.objectContaining({
      code: 'PHLOW_FLOW_INCLUDE',
      message: expect.stringContaining('/f/a.phlow -> /f/b.phlow -> /f/a.phlow'),
    }),
  );
});

test('all problems with directives are told at once', () => {
  const text = 'steps:\n  !include nowhere\n  - payload: !import nothing.txt\n';
  expect(() => load(text)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('failed with 2 error(s)'),
      details: { errors: [expect.anything(), expect.anything()] },
    }),
  );
});
