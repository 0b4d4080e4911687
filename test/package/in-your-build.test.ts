import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from '@jest/globals';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import type Webpack from 'webpack';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** Its names are getters that warn, which an import would touch. */
const webpack = createRequire(import.meta.url)('webpack') as typeof Webpack;
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

type Format = 'esm' | 'cjs';

/** Makes a bundle of one file into another; `stays` is what it leaves to be found where the bundle runs. */
type Bundler = (from: string, to: string, format: Format, stays: string[]) => Promise<unknown>;

/** The rows of docs/in-your-build.md. */
const BUNDLERS: Readonly<Record<string, Bundler>> = {
  esbuild: (from, to, format, external) =>
    build({
      entryPoints: [from],
      outfile: to,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
      format,
      external,
    }),
  rollup: async (from, to, format, external) => {
    // Without the plugin it takes nothing in.
    const bundle = await rollup({ input: from, external, plugins: [nodeResolve()] });
    await bundle.write({ file: to, format });
    await bundle.close();
  },
  webpack: (from, to, format, external) =>
    new Promise((resolve, reject) => {
      const isModule = format === 'esm';
      webpack(
        {
          // It takes seconds to make phlow small.
          mode: 'none',
          target: 'node',
          entry: from,
          output: { path: dirname(to), filename: basename(to), module: isModule },
          experiments: { outputModule: isModule },
          externalsType: isModule ? 'module' : 'commonjs',
          externals: external,
        },
        (error, stats) => {
          if (error !== null) reject(error);
          else if (stats?.hasErrors() === true) reject(new Error(stats.toString()));
          else resolve(undefined);
        },
      );
    }),
};

const EVERY_WAY = Object.keys(BUNDLERS).flatMap((name) =>
  (['esm', 'cjs'] as const).map((format) => [name, format] as const),
);

/** Bundles the application in one folder, and runs the bundle in another that has phlow among its packages. */
function runBundled(name: string, format: Format, stays: string[]): Promise<string> {
  return withFolder(async (folder) => {
    const source = join(folder, 'source');
    const moved = join(folder, 'moved');
    for (const place of [source, moved]) {
      mkdirSync(join(place, 'node_modules'), { recursive: true });
      symlinkSync(ROOT, join(place, 'node_modules/phlow'));
    }
    writeFiles(source, { 'app.js': APPLICATION });
    const to = join(moved, format === 'esm' ? 'app.mjs' : 'app.cjs');
    await BUNDLERS[name]?.(join(source, 'app.js'), to, format, stays);
    const { stdout, stderr } = spawnSync(process.execPath, [to], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--no-warnings' },
    });
    return stdout + stderr;
  });
}

test.each(EVERY_WAY)('an application that %s bundles as %s runs elsewhere', async (name, format) => {
  expect(await runBundled(name, format, ['phlow'])).toBe('1\nisolated\n');
});

test.each(EVERY_WAY.filter(([name]) => name !== 'rollup'))(
  'one into which %s has taken phlow says so, as %s',
  async (name, format) => {
    const said = await runBundled(name, format, ['esbuild']);
    expect(said).toContain('Cannot start phlow from inside of a bundle: ');
    expect(said).toContain("code: 'PHLOW_BUNDLED'");
  },
  120_000,
);
