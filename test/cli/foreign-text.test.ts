import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runCli } from '../../src/cli/cli.js';
import { errorText } from '../../src/cli/error-text.js';
import { Printer } from '../../src/cli/print.js';
import { junit } from '../../src/cli/reporters/junit.js';
import { tap } from '../../src/cli/reporters/tap.js';
import { statsTable } from '../../src/cli/stats-table.js';
import { codeFrame } from '../../src/code-frame.js';
import { PhlowError } from '../../src/errors.js';
import { formatExitReport } from '../../src/host/diagnostics/exit-report.js';
import { jsonLine, prettyLine } from '../../src/host/log/log-sink.js';
import { prometheusText } from '../../src/host/module/prometheus.js';
import type { FileReport, HostInspection } from '../../src/index.js';
import { grantData, grantScript, grantYaml } from '../../src/sandbox/grant-text.js';
import { readGrant } from '../../src/sandbox/grants.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';
import { writtenTo } from '../support/written-to.js';

/** Ends a line, goes on as another program's, clears the screen, hides and reorders. */
const EVIL = 'a\nok: all is well\r::error::x\u001b[2J\u009b2J\u202eb\u061c\u2060\u00ad\u{e0041}\u3164\ufe0fc';
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]|[^\P{Cc}\n]/u;
const FORGED = /^(?:ok: all|::error)/m;

/** Runs a command line in this process, on a terminal or not. */
async function said(
  args: readonly string[],
  isTTY: boolean,
  env: NodeJS.ProcessEnv = {},
): Promise<{ out: string; err: string }> {
  const [out, err] = [0, 1].map(() => Object.assign(new PassThrough(), { isTTY }));
  if (out === undefined || err === undefined) throw new Error('two streams were made');
  const print = new Printer(out, err, { NO_COLOR: '1', ...env });
  await runCli(args, { print, signal: new AbortController().signal, extendShutdown: () => undefined });
  return { out: writtenTo(out).toString(), err: writtenTo(err).toString() };
}

describe('a reply printed by phlow call', () => {
  const modules = {
    'echo/phlow.yaml': 'name: echo\n',
    'echo/index.js': `export default ({ input }) => { if (input.fail) throw Object.assign(new Error(input.fail), { name: input.fail, code: input.fail }); return input.reply; };`,
  };
  const call = async (
    input: unknown,
    isTTY: boolean,
    env?: NodeJS.ProcessEnv,
  ): Promise<{ out: string; err: string }> =>
    withFolder((folder) => {
      writeFiles(folder, modules);
      return said(['call', `${folder}/echo`, JSON.stringify(input)], isTTY, env);
    });

  test('shows on a terminal what is hidden in it', async () => {
    for (const reply of [EVIL, { [EVIL]: [EVIL] }]) {
      const { out } = await call({ reply }, true);
      expect(out).not.toMatch(HIDDEN);
      expect(out).toContain('202e');
    }
  });

  test('is itself where a program reads it; JSON writes hidden characters by their codes', async () => {
    expect((await call({ reply: EVIL }, false)).out).toBe(`${EVIL}\n`);
    const { out } = await call({ reply: { [EVIL]: [EVIL] } }, false);
    expect(JSON.parse(out)).toEqual({ [EVIL]: [EVIL] });
    expect(out).not.toMatch(HIDDEN);
  });

  test('is no command to a build server', async () => {
    const { out } = await call({ reply: '::add-mask::x' }, false, { GITHUB_ACTIONS: 'true' });
    expect(out).toMatch(/^::stop-commands::([\w-]+)\n::add-mask::x\n::\1::\n$/);
    const { err } = await call({ fail: 'x ##[group]y' }, false, { GITHUB_ACTIONS: 'true' });
    expect(err).toMatch(/^::stop-commands::([\w-]+)\nerror\[.*##\[group\][^]*\n::\1::\n$/);
  });

  test('that fails forges no line of the report', async () => {
    const { err } = await call({ fail: EVIL }, false);
    expect(err).toContain('error[PHLOW_MODULE_ERROR]');
    expect(err).not.toMatch(HIDDEN);
    expect(err).not.toMatch(FORGED);
  });
});

describe('names of instances', () => {
  test.each([EVIL, 'a\nb', 'a\u2028b', '\u202eb', 'a\u200db', 'a\u{e0041}', ' a', '', 'x'.repeat(256)])(
    '%j is refused where it is chosen',
    (name) =>
      withHost(async (host) => {
        const error = await errorOf(host.load('echo', { name }));
        expect(error.code).toBe('PHLOW_OPTION_INVALID');
        expect(error.message).not.toMatch(HIDDEN);
      }),
  );

  test.each(['acme rates', 'Überprüfung', 'レート', '👩\u200d🚀', '@acme/rates'])('%j is taken', (name) =>
    withHost(async (host) => {
      expect((await host.load('echo', { name })).name).toBe(name);
    }),
  );

  test('in a flow are refused before audit and graph tell of them', () =>
    withFolder(async (folder) => {
      const name = JSON.stringify('cache"]\n  good: isolated, accepted');
      writeFiles(folder, {
        'a.phlow': `modules:\n  - { module: cache, name: ${name} }\nsteps:\n  - payload: 1\n`,
      });
      for (const command of ['audit', 'graph', 'run']) {
        const { out, err } = await said([command, `${folder}/a.phlow`], false);
        expect(out).toBe('');
        expect(err).toContain('PHLOW_FLOW_INVALID');
        expect(`${out}${err}`).not.toMatch(/^\s*good: isolated/m);
      }
    }));
});

describe('what an installed module says of itself', () => {
  const MODULE = JSON.stringify({
    name: 'evil',
    version: '1.0.0',
    description: EVIL,
    permissions: { fs: { read: [`./${EVIL}`] }, reason: { fs: EVIL } },
  });
  const FLOW = 'modules:\n  - module: ./noisy\nsteps:\n  - use: noisy\n    input: 1\n';
  const NOISY = `export default (pkg, context) => { const text = ${JSON.stringify(EVIL)}; context.log.info(text, { [text]: text }); console.log(text); throw new Error(text); };`;

  test.each([true, false])(
    'cannot draw, hide or forge a line in audit, lock, permissions and top, on a terminal: %j',
    (isTTY) =>
      withFolder(async (folder) => {
        writeFiles(folder, {
          'phlow_packages/evil/phlow.yaml': MODULE,
          'phlow_packages/evil/index.js': 'export default () => 1;',
          'noisy/phlow.yaml': 'name: noisy\n',
          'noisy/index.js': NOISY,
          'main.phlow': FLOW,
        });
        const before = process.cwd();
        process.chdir(folder);
        try {
          for (const args of [
            ['audit'],
            ['lock'],
            ['permissions', 'evil'],
            ['modules'],
            ['top', 'main.phlow', '--every', '10'],
          ]) {
            const { out, err } = await said(args, isTTY);
            const text = `${out}\n${err}`;
            // It was there to be shown; of a description the list of modules has the first line only.
            if (args[0] !== 'modules') expect(text).toContain('61c');
            expect([args[0], HIDDEN.exec(text)?.[0], FORGED.exec(text)?.[0]]).toEqual([
              args[0],
              undefined,
              undefined,
            ]);
          }
        } finally {
          process.chdir(before);
        }
      }),
  );
});

describe('foreign text', () => {
  const place = { file: EVIL, line: 1, column: 2, frame: codeFrame('x\u202ey\u001b[2J', 1, 2) };

  test.each<[string, string]>([
    [
      'an error',
      errorText(new PhlowError('PHLOW_INTERNAL', EVIL, { place, cause: new Error(EVIL) }), quiet()),
    ],
    [
      'a report of an end',
      formatExitReport({
        module: EVIL,
        reason: 'uncaught',
        cause: EVIL,
        exitCode: 1,
        at: '',
        uptimeMs: 1,
        restarts: 0,
        handled: 0,
        inFlight: [],
        lost: 0,
        givenUp: [],
        answered: [],
        lastLines: [{ level: 'info', message: EVIL }],
        heapUsedBytes: undefined,
        cpuMs: undefined,
        stack: `Error: ${EVIL}\n    at ${EVIL}`,
        hangReport: {
          tookMs: 1,
          frames: [{ function: EVIL, file: EVIL, line: 1, column: 1, locals: { [EVIL]: EVIL } }],
        },
      }),
    ],
    ['a table of modules', statsTable(inspectionOf(EVIL))],
    ['metrics', prometheusText(inspectionOf(EVIL))],
    ['a JSON log line', jsonLine(lineOf(EVIL))],
    ['a log line', prettyLine(lineOf(EVIL)).replaceAll('\u001b[32m', '').replaceAll('\u001b[0m', '')],
    ['JUnit', (junit.atEnd?.([reportOf(EVIL)], context()) ?? []).join('\n')],
    ['TAP', (tap.atEnd?.([reportOf(EVIL)], context()) ?? []).join('\n')],
  ])('in %s hides nothing and forges no line', (_, text) => {
    expect(text).not.toMatch(HIDDEN);
    expect(text).not.toMatch(FORGED);
    expect(text).toContain('202e');
  });

  test('in the stack that Node prints of an uncaught error cannot draw; the message stays what it is', () => {
    const error = new PhlowError('PHLOW_INTERNAL', EVIL);
    expect(error.message).toBe(EVIL);
    expect(error.stack).not.toMatch(HIDDEN);
  });

  test('in the lines that would grant a permission still grants the same', () => {
    const target = './a\u202eb\u{e0041}';
    const data = grantData([{ permission: 'fs.read', target }]);
    const yaml = grantYaml(data);
    expect(yaml).not.toMatch(HIDDEN);
    expect(grantScript(data)).not.toMatch(HIDDEN);
    const read = (parse(yaml) as { grant: unknown }).grant;
    expect([...(readGrant(read, 'm').get('fs.read')?.keys() ?? [])]).toEqual([target]);
  });

  test('keeps the caret of a code frame below its place', () => {
    expect(codeFrame('a\u202eb', 1, 3)).toBe('> 1 | a\\u{202e}b\n    |          ^');
  });
});

function quiet(): Printer {
  return new Printer(new PassThrough(), new PassThrough(), {});
}

function context(): { filter: undefined; isColourful: false } {
  return { filter: undefined, isColourful: false };
}

function lineOf(text: string): Parameters<typeof jsonLine>[0] {
  return { level: 'info', time: 0, module: text, message: text, fields: { [text]: text } };
}

function inspectionOf(module: string): HostInspection {
  const durations = { count: 0, sumUs: 0, p50Us: 0, p99Us: 0, p999Us: 0, maxUs: 0 };
  return {
    lostLogLines: 0,
    at: '',
    modules: [
      {
        module,
        state: 'ready',
        level: 'trusted',
        jail: undefined,
        threadId: 1,
        uptimeMs: 1,
        restarts: 0,
        circuit: 'closed',
        packages: 0,
        failures: 0,
        inFlight: 0,
        waiting: 0,
        roundTrip: durations,
        queue: durations,
        eventLoopUtilization: 0,
        cpuMs: 0,
        heapUsedBytes: 0,
        zombies: 0,
        quarantined: 0,
        deadLetters: [],
        cutLines: 0,
        events: 0,
        droppedEvents: 0,
      },
    ],
  };
}

function reportOf(text: string): FileReport {
  const place = { file: text, line: 1, column: 1, frame: codeFrame(text, 1, 1) };
  return {
    file: text,
    filter: undefined,
    total: 0,
    all: 0,
    passed: 0,
    failed: 0,
    cases: [],
    tree: [],
    coverage: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    problem: { code: 'PHLOW_INTERNAL', message: text, place, details: {} },
  } as FileReport;
}
