import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** An application of docs/in-your-build.md. */
const APPLICATION = `
import { createHost } from 'phlow';
async function main() {
  const host = await createHost();
  const cache = await host.load('cache');
  await cache.call({ action: 'set', key: 'a', value: 1 });
  console.log((await cache.call({ action: 'get', key: 'a' })).value);
  console.log(await (await host.load('echo', { isolation: 'isolated' })).call('isolated'));
  await host.close();
}
main().catch(({ code, message }) => { console.log(code, message); });
`;

interface Setting {
  readonly format: 'esm' | 'cjs';
  readonly external: string[];
}

/** Bundles the application in one folder, and runs the bundle in another that has phlow among its packages. */
function runBundled(settings: Setting): Promise<string> {
  return withFolder(async (folder) => {
    const source = join(folder, 'source');
    const moved = join(folder, 'moved');
    for (const place of [source, moved]) {
      mkdirSync(join(place, 'node_modules'), { recursive: true });
      symlinkSync(ROOT, join(place, 'node_modules/phlow'));
    }
    writeFiles(source, { 'app.js': APPLICATION });
    const outfile = join(moved, settings.format === 'esm' ? 'app.mjs' : 'app.cjs');
    const entryPoints = [join(source, 'app.js')];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', logLevel: 'error', ...settings });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--no-warnings' },
    });
    return stdout + stderr;
  });
}

test.each(['esm', 'cjs'] as const)(
  'an application that esbuild bundles as %s runs elsewhere',
  async (format) => {
    expect(await runBundled({ format, external: ['phlow'] })).toBe('1\nisolated\n');
  },
);
