import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';
import type { HangReport } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';

const SOURCE = `interface Input {
  readonly n: number;
}

function forever(n: number): never {
  for (;;) n += 1;
}

export default ({ input }: { input: Input }): never => forever(input.n);
`;
const LINE = 6;

/** Ways to put a compiled file and its map; each returns the map's address as the code names it. */
const WAYS: Record<string, (folder: string, map: string) => string> = {
  'beside the code': (folder, map) => {
    writeFileSync(join(folder, 'dist/index.js.map'), map);
    return 'index.js.map';
  },
  'in another folder, with a root of its sources': (folder, map) => {
    mkdirSync(join(folder, 'maps'));
    const moved = { ...(JSON.parse(map) as object), sourceRoot: '../src/', sources: ['index.ts'] };
    writeFileSync(join(folder, 'maps/index.map'), JSON.stringify(moved));
    return '../maps/index.map';
  },
  'in the code': (_, map) => `data:application/json;base64,${Buffer.from(map).toString('base64')}`,
};

/** Lines that are no map, or none that may be believed. */
const BROKEN: Record<string, string> = {
  'is no JSON': '{',
  'has no sources': '{ "version": 3, "mappings": "AAAA" }',
  'says how many sources it has': '{ "version": 3, "sources": { "length": 4294967295 }, "mappings": "AAAA" }',
  'names an address of a bundler': '{ "version": 3, "sources": ["webpack://x/a.ts"], "mappings": "AAAA" }',
};

async function hangOf(folder: string, place: (folder: string, map: string) => string): Promise<HangReport> {
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'src/index.ts'), SOURCE);
  const sourcefile = '../src/index.ts';
  const { code, map } = transformSync(SOURCE, { loader: 'ts', sourcemap: 'external', sourcefile });
  const named = `// compiled\n${code}\n//# sourceMappingURL=`;
  // The line in front is the map's own, too.
  const moved = JSON.stringify({ ...(JSON.parse(map) as object), mappings: `;${mappingsOf(map)}` });
  writeFileSync(join(folder, 'dist/index.js'), `${named}${place(folder, moved)}\n`);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'phlow.yaml'), 'name: compiled\nentry: dist/index.js\n');
  let hangReport: unknown;
  await withHost(async (host) => {
    const options = { restart: 'never', hangReport: { timeoutMs: 20_000 } } as const;
    const module = await host.load(folder, { isolation: 'trusted', ...options });
    const error = await errorOf(module.call({ n: 1 }, { timeoutMs: 50 }));
    expect(error.code).toBe('PHLOW_MODULE_HUNG');
    hangReport = error.details?.['hangReport'];
  });
  return hangReport as HangReport;
}

function mappingsOf(map: string): string {
  return (JSON.parse(map) as { readonly mappings: string }).mappings;
}

test.each(Object.keys(WAYS))('a hang is told in the author’s file by a map %s', (way) =>
  withFolder(async (folder) => {
    const { frames } = await hangOf(folder, WAYS[way] ?? (() => ''));
    expect(frames[0]).toMatchObject({
      function: 'forever',
      file: join(folder, 'src/index.ts'),
      line: LINE,
      locals: { n: expect.stringMatching(/^\d+$/) },
    });
    expect(frames[1]).toMatchObject({ file: join(folder, 'src/index.ts'), line: 9 });
    expect(Object.keys(frames[0] ?? {})).not.toContain('mapUrl');
  }),
);

test.each(Object.keys(BROKEN))('a hang is told in the compiled file where its map %s', (way) =>
  withFolder(async (folder) => {
    const { frames } = await hangOf(folder, () => {
      writeFileSync(join(folder, 'dist/index.js.map'), BROKEN[way] ?? '');
      return 'index.js.map';
    });
    expect(frames[0]).toMatchObject({ function: 'forever', file: join(folder, 'dist/index.js') });
  }),
);
