import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** What is done once a stream has brought the text, behind what it brought before. The two streams come in no order. */
interface Turn {
  readonly prints?: string;
  readonly says?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs `phlow run --watch` for as long as there are turns; then it is interrupted. Resolves with its exit code. */
function watched(cwd: string, turns: readonly Turn[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, 'run', 'main.phlow', '--watch'], {
      cwd,
      env: { ...process.env, PHLOW_LOG: 'info' },
    });
    const left = [...turns];
    const rest = { stdout: '', stderr: '' };
    const onText = (stream: keyof typeof rest, text: string): void => {
      rest[stream] += text;
      for (let [turn] = left; turn !== undefined; [turn] = left) {
        const [from, wanted] =
          turn.prints === undefined
            ? (['stderr', turn.says ?? ''] as const)
            : (['stdout', turn.prints] as const);
        const at = rest[from].indexOf(wanted);
        if (at === -1) return;
        rest[from] = rest[from].slice(at + wanted.length);
        left.shift();
        writeFiles(cwd, turn.files ?? {});
        if (left.length === 0) child.kill('SIGINT');
      }
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => onText('stdout', text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => onText('stderr', text));
    child.on('close', resolve);
  });
}

const WAITING = 'Waiting for a change...';
const price = (amount: number): string => `export default () => ${amount};\n`;
const flow = (steps: string): string => `modules:\n  - module: ./price\nsteps:\n  - use: price\n${steps}`;

describe('phlow run --watch', () => {
  test('runs again with the new files of a local module, and with a flow that was changed', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'main.phlow': flow(''),
        'price/phlow.yaml': 'name: price\n',
        'price/index.js': price(1),
      });
      const code = await watched(cwd, [
        { prints: '1\n' },
        { says: WAITING, files: { 'price/index.js': price(2) } },
        { says: 'Replaced module "price"' },
        { prints: '2\n' },
        { says: WAITING, files: { 'main.phlow': flow('  - payload: payload + 100\n') } },
        { says: 'Opening the flow again...' },
        { prints: '102\n' },
        { says: WAITING },
      ]);
      expect(code).toBe(130);
    }));

  test('tells what does not load, and goes on with what there is', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'main.phlow': 'steps: [\n',
        'price/phlow.yaml': 'name: price\n',
        'price/index.js': price(1),
      });
      const code = await watched(cwd, [
        { says: 'PHLOW_FLOW_SYNTAX' },
        { says: WAITING, files: { 'main.phlow': flow('') } },
        { prints: '1\n' },
        { says: WAITING, files: { 'price/index.js': 'export default () => {' } },
        { says: 'Cannot replace module "price", the old version stays up' },
        { says: WAITING, files: { 'main.phlow': flow('  - payload: payload +\n') } },
        { says: 'main.phlow:5:' },
        {
          says: WAITING,
          files: { 'price/index.js': price(3), 'main.phlow': flow('  - payload: payload * 2\n') },
        },
        { prints: '6\n' },
      ]);
      expect(code).toBe(130);
    }));

  test('opens a served flow anew without dropping the run in progress', () =>
    withFolder(async (cwd) => {
      const served = (steps: string): string =>
        `main: feed\nmodules:\n  - module: ./feed\n  - module: ./slow\nsteps:\n  - use: slow\n${steps}`;
      writeFiles(cwd, {
        'main.phlow': served(''),
        'feed/phlow.yaml': 'name: feed\n',
        'feed/index.js': `export default {
  async main(context) {
    context.log.info('came to ' + (await context.dispatch({})));
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
  },
};\n`,
        'slow/phlow.yaml': 'name: slow\n',
        'slow/index.js': `import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export default async (pkg, context) => {
  context.log.info('at work');
  while (!existsSync('go')) await setTimeout(10);
  return 7;
};\n`,
      });
      const code = await watched(cwd, [
        { says: 'at work', files: { 'main.phlow': served('  - payload: payload + 100\n') } },
        { says: 'Opening the flow again...', files: { go: '' } },
        { says: 'came to 7' },
        { says: 'came to 107' },
      ]);
      expect(code).toBe(130);
    }));
});
