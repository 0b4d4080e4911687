import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, jest, test } from '@jest/globals';
import { Host } from '../../src/host/host.js';
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
  'answers with a thenable that rejects': () => ({
    then: (_: unknown, reject: (error: Error) => void) => reject(new Error('the owner is wrong')),
  }),
};

const aLine = (message: string): LogLine => ({
  level: 'info',
  time: 0,
  module: 'm',
  message,
  fields: undefined,
});

function moduleAndMessage(text: string): string {
  const { module, message } = JSON.parse(text) as LogLine;
  return `${module}: ${message}`;
}

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

test('what a flow loses of its own lines is counted by its own host', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const load = jest.spyOn(Host.prototype, 'loadAll');
  const modules = JSON.stringify([{ module: fixtureModule('stateless'), name: 'm' }]);
  const text = `modules: ${modules}\nsteps:\n  - log: hello\n  - return: 1\n`;
  const flow = await openFlow({ text }, { log: FAILING['throws'] as () => void });
  try {
    await flow.run();
    const [host] = load.mock.contexts as Host[];
    expect((await host?.inspect())?.lostLogLines).toBe(1);
  } finally {
    await flow.close();
    load.mockRestore();
    warn.mockRestore();
  }
});

/** What standard error does that goes on after a failure. */
function fullStream(): {
  readonly written: string[];
  readonly room: { isThere: boolean };
  readonly stream: NodeJS.WritableStream;
} {
  const written: string[] = [];
  const room = { isThere: false };
  const stream = Object.assign(new EventEmitter(), {
    write(text: string, done: (error?: Error) => void) {
      if (room.isThere) written.push(text);
      done(room.isThere ? undefined : new Error('no space'));
      if (!room.isThere) stream.emit('error', new Error('no space'));
      return true;
    },
  });
  return { written, room, stream: stream as unknown as NodeJS.WritableStream };
}

describe('standard error that takes nothing', () => {
  test('loses lines and nothing else; once it takes them again they are counted in one line', () => {
    const { written, room, stream } = fullStream();
    const outlet = new LogOutlet(stream);
    outlet.write(aLine('one'));
    outlet.write(aLine('two'));
    expect(outlet.lost).toBe(2);
    room.isThere = true;
    outlet.write(aLine('three'));
    outlet.write(aLine('four'));
    expect(written.map(moduleAndMessage)).toEqual([
      'm: three',
      'phlow: 2 log lines of the host could not be written',
      'm: four',
    ]);
  });

  test('counts one line as one', () => {
    const { written, room, stream } = fullStream();
    const outlet = new LogOutlet(stream);
    outlet.write(aLine('one'));
    room.isThere = true;
    outlet.write(aLine('two'));
    expect(written.map(moduleAndMessage)).toEqual([
      'm: two',
      'phlow: 1 log line of the host could not be written',
    ]);
  });

  test('is not warned of where warnings are not written; the lines are counted all the same', () => {
    const { written, room, stream } = fullStream();
    const outlet = new LogOutlet(stream, 'error');
    outlet.write({ ...aLine('one'), level: 'error' });
    room.isThere = true;
    outlet.write({ ...aLine('two'), level: 'error' });
    expect([written.map(moduleAndMessage), outlet.lost]).toEqual([['m: two'], 1]);
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

test('a stream is listened to once, however many hosts write to it, also those of another copy of the library', () => {
  const stream = new PassThrough();
  for (let i = 0; i < 3; i++) new LogOutlet(stream);
  // Another copy has a function of its own that is called the same.
  function ignoreStreamFailure(): void {
    // As above.
  }
  const other = new PassThrough().on('error', ignoreStreamFailure);
  new LogOutlet(other);
  expect([stream.listenerCount('error'), other.listenerCount('error')]).toEqual([1, 1]);
});
