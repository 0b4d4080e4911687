import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost, learn } from '../../src/index.js';
import { parseManifest } from '../../src/manifest/parse.js';
import { withPermissionsBlock } from '../../src/audit/learn/permissions-block.js';
import { permissionsInCode } from '../../src/audit/learn/permissions-in-code.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const MODULE = `
export default async ({ input }, context) => {
  const rows = [];
  for (const name of input.tables) rows.push(await context.fs.readText('./tables/' + name));
  await context.fs.writeText('$DATA/out/result.txt', rows.join());
  const answer = await context.net.fetch(input.url + '/rates');
  const echoed = await context.module('echo').call({ zone: context.env.TZ });
  return [await context.fs.readText('$DATA/out/result.txt'), await answer.text(), echoed];
};
`;

async function withServer<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer((_request, response) => response.end('1.5'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('learn', () => {
  test('finds in rounds what a module needs, and the block it writes is enough', async () => {
    await withServer((url) =>
      withFolder(async (app) => {
        const folder = join(app, 'phlow_packages', 'rates');
        const manifest = '# mine\nname: rates\nversion: 1.0.0 # first\n';
        writeFiles(folder, { 'phlow.yaml': manifest, 'index.js': MODULE, 'tables/a': 'A', 'tables/b': 'B' });
        const inputs = [{ tables: ['a', 'b'], url }];
        const grant = { net: { connect: [new URL(url).host] } };
        const learnt = await learn('rates', { baseDir: app, inputs, grant, write: true });
        expect(learnt).toMatchObject({ module: 'rates', failures: [], refused: [], unneeded: [] });
        expect(learnt.cautions).toEqual([expect.stringContaining('inside your own network')]);
        expect(learnt.rounds).toBeGreaterThan(3);
        const text = readFileSync(join(folder, 'phlow.yaml'), 'utf8');
        expect(text.startsWith(manifest)).toBe(true);
        expect(parseManifest(text, 'phlow.yaml').permissions).toMatchObject({
          fs: { read: ['$DATA/out/result.txt', './tables'], write: ['$DATA/out/result.txt'] },
          net: { connect: [new URL(url).host] },
          env: ['TZ'],
          modules: ['echo'],
        });
        expect(existsSync(join(app, '.phlow'))).toBe(false);
        await using host = await createHost({ logLevel: 'off' });
        await host.load('echo');
        const { fs, net, modules } = parseManifest(text, 'phlow.yaml').permissions;
        const module = await host.load('rates', {
          baseDir: app,
          grant: { fs, net, modules, env: { TZ: 'UTC' } },
        });
        expect(await module.call({ tables: ['a', 'b'], url })).toEqual(['A,B', '1.5', { zone: 'UTC' }]);
      }),
    );
  });

  test('never learns a path of the machine, and tells what it refused and what failed', async () => {
    await withFolder(async (folder) => {
      writeFiles(folder, {
        'phlow.yaml': 'name: nosy',
        'index.js': `export default ({ input }, context) => context.fs.readText(input);`,
      });
      const learnt = await learn(folder, {
        inputs: ['/etc/hostname', '../up', './none', './.env'],
        write: true,
      });
      // What fails for a reason of its own still needs what it failed with.
      expect(learnt).toMatchObject({
        block: 'permissions:\n  fs: { read: [ ./none ] }',
        unneeded: [],
        written: undefined,
      });
      expect(learnt.refused).toEqual([
        `fs.read /etc/hostname is outside its own folders; to try with it: --grant '{"fs":{"read":["/etc/hostname"]}}'`,
        'fs.read ../up: the path holds ".."; name the place that it leads to',
        `fs.read ./.env may contain keys or passwords; to try with it: --grant '{"fs":{"read":["./.env"]}}'`,
      ]);
      expect(learnt.failures.map(({ sample }) => sample)).toEqual([
        'input 1',
        'input 2',
        'input 3',
        'input 4',
      ]);
      expect(readFileSync(join(folder, 'phlow.yaml'), 'utf8')).toBe('name: nosy');
    });
  });

  test('leaves out what makes no difference, and names it', async () => {
    await withFolder(async (folder) => {
      const source = `export default async (pkg, context) => {
        const cached = await context.fs.readText('./cached.txt').catch(() => 'nothing');
        if (cached === '') performance.now();
        return [await context.fs.readText('./a.txt'), cached, context.env.UNUSED?.length > 99];
      };`;
      writeFiles(folder, { 'phlow.yaml': 'name: thrifty', 'index.js': source, 'a.txt': 'A' });
      expect(await learn(folder, { inputs: [1] })).toMatchObject({
        block: 'permissions:\n  fs: { read: [ ./a.txt ] }',
        unneeded: ['fs.read ./cached.txt', 'env UNUSED', 'clock precise'],
        failures: [],
      });
    });
  });

  test('keeps what an answer that is never the same twice could not be had without', async () => {
    await withFolder(async (folder) => {
      const source = `let n = 0; export default async (pkg, context) => [await context.fs.readText('./a.txt'), crypto.randomUUID()];`;
      writeFiles(folder, { 'phlow.yaml': 'name: dice', 'index.js': source, 'a.txt': 'A' });
      expect((await learn(folder, { inputs: [1] })).block).toBe('permissions:\n  fs: { read: [ ./a.txt ] }');
    });
  });

  test('refuses a level at which nothing is refused', async () => {
    const error = await errorOf(learn('echo', { inputs: [1], isolation: 'trusted' as 'isolated' }));
    expect([error.code, error.message]).toEqual([
      'PHLOW_OPTION_INVALID',
      expect.stringContaining('guarded, sandboxed, isolated'),
    ]);
  });

  test('sends the examples of the manifest when it is given no inputs, and says so when there are none', async () => {
    await withFolder(async (folder) => {
      const source = `export default ({ input }, context) => context.fs.readText(input.file);`;
      const files = { 'index.js': source, 'a.txt': 'A', 'b.txt': 'B' };
      writeFiles(folder, {
        ...files,
        'phlow.yaml':
          'name: reader\ninput:\n  type: object\n  properties:\n    file: { type: string }\n  examples:\n    - { file: ./a.txt }\n    - { file: ./b.txt }\n',
      });
      const learnt = await learn(folder, {});
      expect(learnt).toMatchObject({
        failures: [],
        block: 'permissions:\n  fs: { read: [ ./a.txt, ./b.txt ] }',
      });
      writeFiles(folder, { 'phlow.yaml': 'name: reader\n' });
      const error = await errorOf(learn(folder, {}));
      expect([error.code, error.message]).toEqual(['PHLOW_USAGE', expect.stringContaining('"examples:"')]);
    });
  });

  test('loads no module by a path that the module chose', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'nosy/phlow.yaml': 'name: nosy',
        'nosy/index.js': `export default ({ input }, context) => context.module(input).call({});`,
        'own/phlow.yaml': 'name: own',
        'own/index.js': `import { writeFileSync } from 'node:fs'; writeFileSync(new URL('../loaded', import.meta.url), ''); export default () => 1;`,
      });
      await learn(join(app, 'nosy'), { baseDir: app, inputs: ['./own', '../own', join(app, 'own')] });
      expect(existsSync(join(app, 'loaded'))).toBe(false);
    });
  });
});

describe('powersInCode', () => {
  test('finds variables, WebCrypto, WebAssembly and fine clocks by their spelling', () => {
    const code = `const { TZ, LANG: lang = 'x' } = context.env; ctx.env["HOME"]; context.env.TZ; process.env.SECRET; crypto.subtle.digest; performance.now()`;
    expect(permissionsInCode(code).map(({ permission, target }) => `${permission} ${target}`)).toEqual([
      'env HOME',
      'env LANG',
      'env TZ',
      'crypto subtle',
      'clock precise',
    ]);
    expect(permissionsInCode('env.TZ')).toEqual([]);
  });
});

describe('withPermissionsBlock', () => {
  const block = 'permissions:\n  env: [ TZ ]';

  test('adds, replaces and removes the block and touches nothing else', () => {
    expect(withPermissionsBlock('name: a\n', block)).toBe(`name: a\n${block}\n`);
    const text =
      'name: a # x\npermissions:\n  # why\n  fs:\n    read: [.]\n\n  net: {}\n\n# about tags\ntags: [b]\n';
    expect(withPermissionsBlock(text, block)).toBe(`name: a # x\n${block}\n\n# about tags\ntags: [b]\n`);
    expect(withPermissionsBlock('permissions: { env: [A] }\nname: a\n', block)).toBe(`${block}\nname: a\n`);
    expect(withPermissionsBlock(text, undefined)).toBe('name: a # x\n\n# about tags\ntags: [b]\n');
    expect(withPermissionsBlock('name: a\n', undefined)).toBe('name: a\n');
  });
});
