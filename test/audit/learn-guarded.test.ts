import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createHost, learn } from '../../src/index.js';
import { deniedPermission } from '../../src/host/executors/thread-executor.js';
import { parseManifest } from '../../src/manifest/parse.js';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** It swallows every error, as a module may, and returns what went well. */
const NATIVE = `
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync, readFile } from 'node:fs';
import { readFile as readLater } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const tried = async (work) => { try { return await work(); } catch { return 'refused'; } };
export default async ({ input }) => [
  await tried(() => { const at = mkdtempSync(join(tmpdir(), 'native-')); writeFileSync(join(at, 'x'), '1'); return readFileSync(join(at, 'x'), 'utf8'); }),
  await tried(() => { writeFileSync(new URL('./out.txt', import.meta.url), 'x'); return 'written'; }),
  await tried(() => readLater(input.sync, 'utf8')),
  await new Promise((resolve) => { try { readFile(input.callback, 'utf8', (error, text) => resolve(error ? 'refused' : text)); } catch { resolve('refused'); } }),
  await tried(() => spawnSync('true').status),
  process.env.LEARN_ZONE ?? 'no zone',
  'UNSET_ANYWHERE' in process.env,
];`;

/** Where Node cannot hold the level, nothing is learnt at it. */
async function expectUnavailable(learning: Promise<unknown>): Promise<void> {
  await expect(learning).rejects.toMatchObject({ code: 'PHLOW_LEVEL_UNAVAILABLE' });
}

describe('learn at level guarded', () => {
  test('notes what Node refuses, even where the module swallows the error', async () => {
    await withFolder(async (folder) => {
      await withFolder(async (machine) => {
        const module = join(folder, 'native');
        writeFiles(module, {
          'phlow.yaml': 'name: native\n',
          'index.js': NATIVE,
          'package.json': '{"type":"module"}',
        });
        writeFiles(machine, { 'given.txt': 'G' });
        const [given, kept] = [join(machine, 'given.txt'), '/etc/hosts'];
        process.env['LEARN_ZONE'] = 'somewhere';
        try {
          const inputs = [{ sync: given, callback: kept }];
          const grant = { fs: { read: [given] }, env: ['LEARN_ZONE'] };
          const learning = learn(module, { inputs, isolation: 'guarded', grant, write: true });
          if (!canHoldGuarded) {
            await expectUnavailable(learning);
            return;
          }
          const learnt = await learning;
          expect(learnt.refused).toEqual([
            expect.stringContaining(`fs.read ${kept} is outside its own folders`),
            expect.stringContaining('it wants to start programs'),
          ]);
          const { permissions } = parseManifest(
            readFileSync(join(module, 'phlow.yaml'), 'utf8'),
            'phlow.yaml',
          );
          expect(permissions).toMatchObject({
            fs: { read: [given], write: ['./out.txt', tmpdir()] },
            env: ['LEARN_ZONE'],
          });
          expect(learnt.cautions.join('\n')).toContain(`fs.write ${tmpdir()}: it is very wide`);
          await using host = await createHost({ logLevel: 'off' });
          const loaded = await host.load(module, {
            isolation: 'guarded',
            grant: {
              // The temporary folder of this machine may hold links that lead out, which guarded refuses: another stands behind it.
              fs: {
                read: permissions.fs.read,
                write: { './out.txt': join(module, 'out.txt'), [tmpdir()]: machine },
              },
              env: permissions.env,
            },
          });
          expect(await loaded.call(inputs[0])).toEqual([
            'refused',
            'written',
            'G',
            'refused',
            'refused',
            'somewhere',
            false,
          ]);
        } finally {
          delete process.env['LEARN_ZONE'];
        }
      });
    });
  }, 60_000);

  test('notes connections, and leaves those inside of one’s own network to the owner', async () => {
    const server = createServer((socket) => socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await withFolder(async (folder) => {
        writeFiles(folder, {
          'phlow.yaml': 'name: dialler\n',
          'index.cjs': `const { connect } = require('node:net');
            module.exports = ({ input }) => new Promise((resolve) => {
              const socket = connect(input.port, '127.0.0.1', () => { socket.destroy(); resolve('open'); });
              socket.on('error', () => resolve('refused'));
            });`,
        });
        const learning = learn(folder, { inputs: [{ port }], isolation: 'guarded' });
        if (!canHoldGuarded) {
          await expectUnavailable(learning);
          return;
        }
        const learnt = await learning;
        expect(learnt.refused).toEqual([
          expect.stringContaining(`net.connect 127.0.0.1:${port} is inside your network`),
        ]);
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('deniedPower', () => {
  test('reads Node’s names of powers, and takes nothing else for a denial', () => {
    expect(deniedPermission(['FileSystemRead', '/etc/hosts'])).toEqual({
      permission: 'fs.read',
      target: '/etc/hosts',
      outcome: 'denied',
    });
    expect(deniedPermission(['WorkerThreads', ''])).toEqual({
      permission: undefined,
      target: 'WorkerThreads',
      outcome: 'denied',
    });
    expect(deniedPermission(['constructor', 'x'])).toEqual({
      permission: undefined,
      target: 'constructor',
      outcome: 'denied',
    });
    for (const none of [
      undefined,
      null,
      'FileSystemRead',
      [],
      ['FileSystemRead'],
      [1, 2],
      { 0: 'a', 1: 'b' },
    ])
      expect(deniedPermission(none)).toBeUndefined();
  });
});
