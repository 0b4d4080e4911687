import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Jail, Host, Module } from '../../src/index.js';
import { findOnPath } from '../../src/sandbox/find-on-path.js';
import { settleJail, type SettledJail } from '../../src/sandbox/jail.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const ECHO = { 'phlow.yaml': 'name: guest\n', 'index.mjs': 'export default ({ input }) => [input];\n' };

const loadGuest = (host: Host, folder: string, jail: Jail): Promise<Module> =>
  host.load(folder, { isolation: 'isolated', jail, restart: 'never' });

/** What a program with all of Node's powers finds: the marker, the network, this process. */
const LOOK = `
const { existsSync, readdirSync } = require('node:fs');
const [marker, port, pid] = process.argv.slice(1);
const seen = { marker: existsSync(marker), home: existsSync('/root') || existsSync('/home'), etc: existsSync('/etc/passwd'), network: false };
seen.processes = existsSync('/proc') ? readdirSync('/proc').length : 0;
try { process.kill(Number(pid), 0); seen.host = pid !== String(process.pid); } catch { seen.host = false; }
const socket = require('node:net').connect(Number(port), '127.0.0.1');
const end = (network) => { process.stdout.write(JSON.stringify({ ...seen, network })); process.exit(); };
socket.on('connect', () => end(true)).on('error', () => end(false));
`;

/** Runs the look-around behind the words of a jail. */
function lookAround(words: readonly string[], args: readonly string[]): Promise<Record<string, unknown>> {
  const [command = process.execPath, ...rest] = [...words, process.execPath, '-e', LOOK, ...args];
  return new Promise((resolve, reject) => {
    execFile(command, rest, { env: {}, cwd: '/' }, (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout) as Record<string, unknown>);
      else reject(new Error(error.message));
    });
  });
}

/** The words of a jail without the filter that it reads on a descriptor: the namespaces alone. */
function withoutDescriptors(words: readonly string[]): readonly string[] {
  const isOne = (word: string | undefined): boolean => word === '--seccomp';
  return words.filter((word, i) => !isOne(word) && !isOne(words[i - 1]));
}

async function bubblewrap(): Promise<SettledJail | undefined> {
  const settled = await settleJail('auto', 'test');
  return settled.kind === 'bubblewrap' ? settled : undefined;
}

/** A path on which `bwrap` is a script of ours, or is not. */
async function withPath<T>(folder: string, script: string | undefined, use: () => Promise<T>): Promise<T> {
  if (script !== undefined) {
    writeFileSync(join(folder, 'bwrap'), script);
    chmodSync(join(folder, 'bwrap'), 0o755);
  }
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    return await use();
  } finally {
    process.env['PATH'] = before;
  }
}

const REFUSING = '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n';

describe('a jail that is required', () => {
  test('is there around a module that answers, or the module is not loaded and the error says why', () =>
    withFolder(async (folder) => {
      writeFiles(folder, ECHO);
      const isThere = (await settleJail('auto', 'test')).kind !== 'none';
      await withHost(async (host) => {
        if (isThere) {
          const module = await loadGuest(host, folder, 'required');
          expect(await module.call('hello')).toEqual(['hello']);
          const [figures] = (await host.inspect()).modules;
          expect(figures).toMatchObject({ level: 'isolated', jail: (await settleJail('auto', 'test')).kind });
          // Node itself, not the first process of the jail.
          expect(figures?.heapUsedBytes).toBeGreaterThan(20 * 1_048_576);
        } else {
          const error = await errorOf(loadGuest(host, folder, 'required'));
          expect(error.code).toBe('PHLOW_LEVEL_UNAVAILABLE');
          expect(error.message).toMatch(/bubblewrap.*(?:not installed|cannot make a jail)/);
        }
      });
    }));

  test('shows a program with all powers neither files, nor the network, nor other processes', () =>
    withFolder(async (folder) => {
      const jail = await bubblewrap();
      const marker = join(folder, 'marker');
      writeFileSync(marker, 'here');
      const server = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const args = [marker, String((server.address() as AddressInfo).port), String(process.pid)];
      try {
        // Without a jail all of it is there: what looks around can see.
        expect(await lookAround([], args)).toMatchObject({ marker: true, network: true, host: true });
        if (jail === undefined) return;
        const words = withoutDescriptors(jail.command);
        const seen = await lookAround(words, args);
        expect(seen).toMatchObject({ marker: false, home: false, etc: false, network: false, host: false });
        expect(seen['processes']).toBe(0);
      } finally {
        server.close();
      }
    }));

  test('is refused with the words of bubblewrap where that cannot work', () =>
    withFolder((folder) =>
      withPath(folder, REFUSING, async () => {
        const error = await errorOf(settleJail('required', 'guest'));
        expect(error.code).toBe('PHLOW_LEVEL_UNAVAILABLE');
        expect(error.message).toContain('setting up uid map: Permission denied');
      }),
    ));

  test('is refused where bubblewrap is not installed', () =>
    withFolder((folder) =>
      withPath(folder, undefined, async () => {
        expect((await errorOf(settleJail('required', 'guest'))).message).toContain('not installed');
      }),
    ));

  test.each(['trusted', 'guarded', 'sandboxed'] as const)(
    'is refused at level %s, which has no process',
    (level) =>
      withFolder((folder) =>
        withHost(async (host) => {
          writeFiles(folder, ECHO);
          const error = await errorOf(host.load(folder, { isolation: level, jail: 'required' }));
          expect(error.code).toBe('PHLOW_OPTION_INVALID');
        }),
      ),
  );
});

describe('a jail where there is one', () => {
  test('is said to be missing in the log and the inspection, and the module runs', () =>
    withFolder((folder) =>
      withPath(folder, REFUSING, () =>
        withHost(async (host, lines) => {
          writeFiles(folder, ECHO);
          const module = await loadGuest(host, folder, 'auto');
          expect(await module.call(1)).toEqual([1]);
          expect((await host.inspect()).modules[0]?.jail).toBe('none');
          const warning = lines.find(
            ({ level, message }) => level === 'warn' && message.includes('without a jail'),
          );
          expect(warning?.message).toContain('Permission denied');
        }),
      ),
    ));
});

describe('a jail without bubblewrap', () => {
  test('is made of namespaces where the kernel and the system’s programs allow it, and shows as little', () =>
    withFolder(async (folder) => {
      const unshare = findOnPath('unshare');
      if (unshare === undefined) return;
      symlinkSync(unshare, join(folder, 'unshare'));
      const jail = await withPath(folder, undefined, () => settleJail('auto', 'test'));
      if (jail.kind === 'none') {
        expect(jail.missing).toMatch(/not installed; unshare \(.*\) cannot make a jail here/);
        return;
      }
      expect(jail).toMatchObject({ kind: 'namespaces', isFiltered: false });
      writeFiles(folder, { marker: 'here' });
      const seen = await lookAround(jail.command, [join(folder, 'marker'), '9', String(process.pid)]);
      expect(seen).toEqual({
        marker: false,
        home: false,
        etc: false,
        network: false,
        host: false,
        processes: 0,
      });
      await withPath(folder, undefined, () =>
        withHost(async (host) => {
          writeFiles(folder, ECHO);
          const module = await loadGuest(host, folder, 'required');
          expect(await module.call(1)).toEqual([1]);
          const [figures] = (await host.inspect()).modules;
          expect(figures?.jail).toBe('namespaces');
          // Node itself, not the program that has made the namespaces.
          expect(figures?.heapUsedBytes).toBeGreaterThan(20 * 1_048_576);
        }),
      );
    }));
});

describe('a jail of the owner’s own', () => {
  test('is the command that the module’s process is started through', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, ECHO);
        const log = join(folder, 'started');
        const wrapper = join(folder, 'jail.sh');
        writeFileSync(wrapper, `#!/bin/sh\necho "$1" >> ${log}\nshift\nexec "$@"\n`);
        chmodSync(wrapper, 0o755);
        const module = await loadGuest(host, folder, { command: [wrapper, 'through the jail'] });
        expect(await module.call(2)).toEqual([2]);
        expect((await host.inspect()).modules[0]?.jail).toBe('command');
        await module.close();
        expect(existsSync(log) && readFileSync(log, 'utf8')).toMatch(/^through the jail$/m);
      }),
    ));

  test.each([[{ command: [] }], [{ command: [1] }], ['yes'], [{}]])('%j is none', async (jail) => {
    expect((await errorOf(settleJail(jail as Jail, 'guest'))).code).toBe('PHLOW_OPTION_INVALID');
  });
});
