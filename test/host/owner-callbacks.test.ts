import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { LogOutlet } from '../../src/host/log/log-outlet.js';
import { createHost, openFlow, type LogLine } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { withHost } from '../support/with-host.js';

const LIBRARY = new URL('../../lib/index.js', import.meta.url).href;

const FAILING: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error('the owner is wrong');
  },
  rejects: () => Promise.reject(new Error('the owner is wrong')),
};

const aLine = (message: string): LogLine => ({
  level: 'info',
  time: 0,
  module: 'm',
  message,
  fields: undefined,
});

describe.each(Object.entries(FAILING))('a function of the owner that %s', (_, fail) => {
  test('as log: the calls go on, what is lost is counted, and a warning of the process tells it once', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const host = await createHost({ log: fail });
    try {
      for (const isolation of ['inline', 'trusted'] as const) {
        const module = await host.load(fixtureModule('crasher'), { name: isolation, isolation });
        for (let i = 0; i < 3; i++) await module.call({ do: 'log', lines: 1 });
        expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
      }
      expect((await host.inspect()).lostLogLines).toBeGreaterThanOrEqual(3);
      expect(warn.mock.calls.map(([message]) => message)).toEqual([
        expect.stringContaining('the owner is wrong'),
      ]);
      expect(await host.metrics()).toMatch(/^phlow_log_lines_lost_total [1-9]/m);
    } finally {
      warn.mockRestore();
      await host.close();
    }
  });

  test('as onCapability: what was granted is done, and the log says it once', () =>
    withHost(
      async (host, lines) => {
        await host.load('echo', { name: 'target' });
        const asks = await host.load(fixtureModule('relay'), { grant: { modules: ['target'] } });
        expect(await asks.call({ input: 5, times: 2 })).toMatchObject({ replies: [5, 5] });
        await new Promise(setImmediate);
        expect(lines.filter(({ message }) => message.includes('onCapability fails'))).toHaveLength(1);
      },
      { onCapability: fail },
    ));

  test('as onStep: the run goes on', async () => {
    const lines: LogLine[] = [];
    const flow = await openFlow(
      { text: 'steps:\n  - payload: !phs 1 + 1\n' },
      { onStep: fail, log: (line) => void lines.push(line) },
    );
    expect(await flow.run()).toBe(2);
    await flow.close();
    expect(lines.filter(({ message }) => message.includes('onStep fails'))).toHaveLength(1);
  });
});

describe('standard error that takes nothing', () => {
  test('loses lines and nothing else; once it takes them again they are counted in one line', () => {
    const written: string[] = [];
    let isFull = true;
    // As standard error does it, which goes on after a failure.
    const stream = Object.assign(new EventEmitter(), {
      write(text: string, done: (error?: Error) => void) {
        if (!isFull) written.push(text);
        done(isFull ? new Error('no space') : undefined);
        if (isFull) stream.emit('error', new Error('no space'));
        return true;
      },
    });
    const outlet = new LogOutlet(stream as unknown as NodeJS.WritableStream);
    outlet.write(aLine('one'));
    outlet.write(aLine('two'));
    expect(outlet.lost).toBe(2);
    isFull = false;
    outlet.write(aLine('three'));
    outlet.write(aLine('four'));
    expect(written.map((text) => (JSON.parse(text) as LogLine).message)).toEqual([
      'three',
      '2 log lines of the host could not be written',
      'four',
    ]);
  });

  const FULL = '/dev/full';
  (existsSync(FULL) ? test : test.skip)('on a full disk does not end the process', () => {
    const program = `
      import { createHost } from ${JSON.stringify(LIBRARY)};
      const host = await createHost();
      const module = await host.load(${JSON.stringify(fixtureModule('crasher'))});
      for (let i = 0; i < 3; i++) await module.call({ do: 'log', lines: 1 });
      console.log((await host.inspect()).lostLogLines);
      await host.close();`;
    const stderr = openSync(FULL, 'w');
    try {
      const args = ['--input-type=module', '--eval', program];
      const { stdout, status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', stderr] });
      expect([status, stdout.toString().trim()]).toEqual([0, '3']);
    } finally {
      closeSync(stderr);
    }
  });
});
