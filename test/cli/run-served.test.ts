import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const SDK = new URL('../../src/sdk/index.js', import.meta.url).href;

/** A server whose requests are runs of the flow; each run waits in the module `hold` until a file called `released` is there. */
const FILES = {
  'main.phlow': [
    'main: web',
    'modules:',
    '  - module: ./web',
    '    isolation: trusted',
    '  - module: ./hold',
    '    isolation: trusted',
    'steps:',
    '  - use: hold',
    '    input: main',
    '',
  ].join('\n'),
  'web/phlow.yaml': 'name: web\ntype: main\n',
  'web/index.js': `
import { createServer } from 'node:http';
import { createMain } from '${SDK}';
export default createMain({ async main({ dispatch, log, signal }) {
  const server = createServer(async (request, response) => {
    try {
      response.end(String(await dispatch(request.url)));
    } catch (error) {
      response.writeHead(503).end(error.code);
    }
  });
  server.listen(0, '127.0.0.1', () => log.info('port=' + server.address().port + ';'));
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
} });
`,
  'hold/phlow.yaml': 'name: hold\nconcurrency: 100\n',
  'hold/index.js': `
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export default async ({ input }, { log, signal }) => {
  log.info('holding;');
  while (!existsSync(new URL('../released', import.meta.url))) await setTimeout(5, undefined, { signal });
  return input;
};
`,
};

/** Waits for texts on the standard error of a process, each behind the one before. */
function reader(child: ChildProcessWithoutNullStreams): (wanted: RegExp) => Promise<RegExpExecArray> {
  let rest = '';
  let onText = (): void => undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    rest += text;
    onText();
  });
  return (wanted) =>
    new Promise((resolve, reject) => {
      child.once('close', () =>
        reject(new Error(`The process ended before ${wanted.source}; it wrote: ${rest}`)),
      );
      onText = () => {
        const found = wanted.exec(rest);
        if (found === null) return;
        rest = rest.slice(found.index + found[0].length);
        resolve(found);
      };
      onText();
    });
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

function get(port: number, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}

/** Starts the flow, sends seven requests, and goes on once all seven runs are held. */
async function withHeldRuns(
  args: readonly string[],
  use: (subject: {
    readonly cwd: string;
    readonly child: ChildProcessWithoutNullStreams;
    readonly until: (wanted: RegExp) => Promise<RegExpExecArray>;
    readonly answers: Promise<readonly PromiseSettledResult<Answer>[]>;
    readonly ended: Promise<unknown[]>;
  }) => Promise<void>,
): Promise<void> {
  await withFolder(async (cwd) => {
    writeFiles(cwd, FILES);
    const child = spawn(process.execPath, [MAIN, 'run', 'main.phlow', ...args], {
      cwd,
      env: { ...process.env, PHLOW_LOG: 'info' },
    });
    child.stdout.resume();
    const ended = once(child, 'close');
    try {
      const until = reader(child);
      const port = Number((await until(/port=(\d+);/))[1]);
      const answers = Promise.allSettled(Array.from({ length: 7 }, (_, index) => get(port, `/${index}`)));
      for (let held = 0; held < 7; held++) await until(/holding;/);
      await use({ cwd, child, until, answers, ended });
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });
}

describe.each([[[]], [['--watch']]])('phlow run of a served flow %p', (args) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s lets the runs in progress finish and answer', (signal) =>
    withHeldRuns(args, async ({ cwd, child, until, answers, ended }) => {
      child.kill(signal);
      await until(/Ending: /);
      writeFiles(cwd, { released: '' });
      expect(await answers).toEqual(
        Array.from({ length: 7 }, (_, index) => ({
          status: 'fulfilled',
          value: { status: 200, text: `/${index}` },
        })),
      );
      expect(await ended).toEqual([signal === 'SIGTERM' ? 143 : 130, null]);
    }),
  );

  test('what is not done within --grace is cancelled, and each dispatch is rejected', () =>
    withHeldRuns([...args, '--grace', '50'], async ({ child, answers, ended }) => {
      child.kill('SIGTERM');
      expect(await answers).toEqual(
        Array.from({ length: 7 }, () => ({
          status: 'fulfilled',
          value: { status: 503, text: 'PHLOW_FLOW_CANCELLED' },
        })),
      );
      expect(await ended).toEqual([143, null]);
    }));

  test('a second signal ends everything at once', () =>
    withHeldRuns(args, async ({ child, until, answers, ended }) => {
      child.kill('SIGINT');
      await until(/Ending: /);
      child.kill('SIGTERM');
      expect(await ended).toEqual([143, null]);
      expect((await answers).map(({ status }) => status)).toEqual(Array(7).fill('rejected'));
    }));
});
