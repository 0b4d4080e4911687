import { spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { findOnPath } from '../../../src/sandbox/find-on-path.js';
import { namespacesCommand } from '../../../src/sandbox/jail/namespaces.js';
import { NO_JAIL, settleJail, type SettledJail } from '../../../src/sandbox/jail.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';
import { POWERS, type Power } from './powers.js';
import { tryPowers, type Came } from './try-powers.js';

// Where bubblewrap is missing there is no jail to try; what stands without one is shown anyhow. The table: `npm run powers`.
const onLinux = process.platform === 'linux' ? describe : describe.skip;
/** Within its own namespaces, where nobody else is, it may start itself and talk to itself. */
const OWN: readonly Power[] = ['start another Node', 'send a datagram', 'take connections'];
const ALL = Object.keys(POWERS) as Power[];

function got(came: Came): readonly Power[] {
  return ALL.filter((power) => !came[power].startsWith('denied: '));
}

onLinux('code that holds all of Node in the process of an isolated module', () => {
  let jail: SettledJail = NO_JAIL;
  beforeAll(async () => {
    jail = await settleJail('auto', 'test');
    if (jail.kind === 'none') process.stderr.write(`the jail is not tried: ${jail.missing ?? ''}\n`);
  });

  test('gets at files, programs, other processes and the network when nothing else is there', async () => {
    const open = got(await tryPowers({ jail: NO_JAIL, hasPermissions: false }));
    for (const power of [
      'read a file',
      'start a program',
      'signal the host',
      'connect to the machine',
    ] as const)
      expect(open).toContain(power);
  });

  test('gets at no file and no program behind the permission model', async () => {
    const open = got(await tryPowers({ jail: NO_JAIL, hasPermissions: true }));
    for (const power of [
      'read a file',
      'list folders',
      'write a file',
      'start a program',
      'start another Node',
    ] as const)
      expect(open).not.toContain(power);
  });

  test.each([true, false])('gets nothing at all in a jail; permission model: %s', async (hasPermissions) => {
    if (!jail.isFiltered) return;
    expect(got(await tryPowers({ jail, hasPermissions }))).toEqual([]);
  });

  test('gets nothing at all in a jail without its filter', async () => {
    if (!jail.isFiltered) return;
    const words = jail.command.filter((word, i, all) => ![word, all[i - 1]].includes('--seccomp'));
    const open = got(
      await tryPowers({ jail: { ...jail, command: words, isFiltered: false }, hasPermissions: false }),
    );
    expect(open.filter((power) => !OWN.includes(power))).toEqual([]);
  });

  test('gets at nothing of the machine in namespaces without bubblewrap', async () => {
    const unshare = findOnPath('unshare');
    if (unshare === undefined || jail.kind === 'none') return;
    const command = namespacesCommand(unshare);
    const open = got(
      await tryPowers({ jail: { ...NO_JAIL, kind: 'namespaces', command }, hasPermissions: false }),
    );
    expect(open.filter((power) => !OWN.includes(power))).toEqual([]);
  });

  test('is behind the filter on every machine that there is one for', () => {
    if (jail.kind === 'bubblewrap') expect(jail.isFiltered).toBe(['x64', 'arm64'].includes(process.arch));
  });
});

onLinux('the process of an isolated module', () => {
  test.each(['off', 'auto'])('holds no descriptor that its host was handed; jail: %s', (jail) =>
    withFolder(async (folder) => {
      writeFiles(folder, { 'm/phlow.yaml': 'name: m\n', 'm/index.mjs': 'export default () => 1;\n' });
      const secret = join(folder, 'secret');
      writeFileSync(secret, 'secret');
      const stdio: ('ignore' | 'pipe' | 'inherit' | number)[] = ['ignore', 'pipe', 'inherit'];
      while (stdio.length < 40) stdio.push('ignore');
      stdio.push(openSync(secret, 'r'));
      const main = fileURLToPath(new URL('./descriptor-host.js', import.meta.url));
      const child = spawn(process.execPath, [main, join(folder, 'm'), jail], { stdio });
      const { own, held } = JSON.parse(await text(child.stdout!)) as {
        own: string;
        held: Record<string, string>;
      };
      expect(own).toBe(secret);
      expect(held['40']).toBe('/dev/null');
      // Its channel and two pipes for what it prints; all else is of Node's own making.
      const kinds = Object.values(held).map((name) => name.replace(/\[\d+\]/, ''));
      expect(kinds.filter((kind) => kind === 'socket:')).toHaveLength(3);
      expect(kinds.filter((kind) => !/^(?:socket:|pipe:|anon_inode:.*|\/dev\/null)$/.test(kind))).toEqual([]);
    }),
  );
});
