import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The floors of the house, ground first: a file imports from its own room and from rooms on lower floors only. Rooms on one floor do not
 * know each other. The first row that matches a path gives its room; `only` narrows further which rooms may be seen.
 */
const ROOMS: readonly { room: string; floor: number; path: RegExp; only?: readonly string[] }[] = [
  {
    room: 'ground',
    floor: 0,
    path: /^src\/(errors|current-folder|follow-abort|inspect-error|values|timer|options|code-frame|nearest|redaction|version|visible-text|foreign-output|with-file|yaml-package|piscina-package|peer-package|tar-package|semver-package|linked-list|manifest-file)\.ts$/,
  },
  { room: 'wire', floor: 1, path: /^src\/wire\// },
  // The connection to a NATS server.
  { room: 'nats', floor: 1, path: /^src\/nats\// },
  { room: 'phs', floor: 1, path: /^src\/phs\// },
  { room: 'manifest', floor: 2, path: /^src\/manifest\// },
  { room: 'sdk', floor: 2, path: /^src\/sdk\// },
  { room: 'http', floor: 3, path: /^src\/http\// },
  { room: 'sandbox', floor: 4, path: /^src\/sandbox\// },
  // Runs flows where modules run: the engine of flows, built into one file.
  { room: 'flow-engine', floor: 7, path: /^workers\/runtime\/flow-engine\// },
  {
    room: 'workers',
    floor: 5,
    path: /^workers\//,
    only: ['ground', 'wire', 'sdk', 'http', 'manifest', 'sandbox'],
  },
  { room: 'host', floor: 5, path: /^src\/host\// },
  { room: 'flow', floor: 5, path: /^src\/flow\// },
  { room: 'runtime', floor: 6, path: /^src\/runtime\// },
  { room: 'audit', floor: 7, path: /^src\/audit\// },
  // What authors of modules run: reference pages, contract tests, builds.
  { room: 'authoring', floor: 7, path: /^src\/authoring\// },
  { room: 'packages', floor: 8, path: /^src\/packages\// },
  { room: 'doors', floor: 9, path: /^src\/(index|testing|own-place|launcher)\.ts$/ },
  { room: 'measure', floor: 10, path: /^src\/measure\//, only: ['ground', 'doors'] },
  { room: 'cli', floor: 11, path: /^src\/cli\//, only: ['ground', 'doors', 'measure'] },
];

/** Files that may be seen across the usual borders, each with its reason. */
const SHARED: readonly string[] = [
  // The violation is a type that validator and SDK both speak of.
  'src/sdk/violation.ts',
];

/** Files that import while they run, each with its reason. */
const DYNAMIC: readonly string[] = [
  // Help and version need not wait for the library.
  'src/cli/library.ts',
  // The module's side of an inline module: host and workers know each other by address only.
  'src/host/executors/inline-executor.ts',
  // A parser that is needed only when a module's code cannot be read.
  'src/host/load/locate-load-error.ts',
  // A module's own code: it is known by its manifest only.
  'workers/runtime/load.ts',
  // Imports for the command line, which is a script and has no `import()` of its own on Node 20; the build puts it in.
  'src/launcher.ts',
  'workers/runtime/build-library.ts',
];

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g),
  ]
    .map((match) => match[1] ?? match[2] ?? '')
    .map((target) => relative(ROOT, resolve(ROOT, dirname(path), target)).replaceAll('\\', '/'))
    .map((target) => target.replace(/\.js$/, '.ts'));
}

function roomOf(path: string): (typeof ROOMS)[number] | undefined {
  return ROOMS.find((row) => row.path.test(path));
}

/** What is wrong with one import, or undefined. Exported by behaviour: the test below feeds it made-up edges too. */
function complaint(from: string, to: string): string | undefined {
  const here = roomOf(from);
  const there = roomOf(to);
  if (here === undefined) return `${from} stands in no room`;
  if (there === undefined) return `${from} imports ${to}, which stands in no room`;
  if (here.room === there.room || SHARED.includes(to)) return undefined;
  if (there.floor >= here.floor)
    return `${from} (floor ${here.floor}) imports upward: ${to} (floor ${there.floor})`;
  if (here.only !== undefined && !here.only.includes(there.room))
    return `${from} may not see ${there.room}: ${to}`;
  return undefined;
}

describe('imports', () => {
  test('go down only', () => {
    const files = [...sourcesIn('src'), ...sourcesIn('workers')];
    expect(files.length).toBeGreaterThan(5);
    const wrong = files.flatMap((file) => importsOf(file).flatMap((target) => complaint(file, target) ?? []));
    expect(wrong).toEqual([]);
  });

  test('happen at run time only where that is the point', () => {
    const files = [...sourcesIn('src'), ...sourcesIn('workers')];
    const dynamic = files.filter((file) =>
      /(?:await|return|=>|=|\()\s*\(?import\(/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(dynamic.toSorted()).toEqual(DYNAMIC.toSorted());
  });

  test('that go upward or sideways are seen', () => {
    expect(complaint('src/phs/syntax/lexer.ts', 'src/host/host.ts')).toContain('imports upward');
    expect(complaint('src/phs/syntax/lexer.ts', 'src/wire/batch.ts')).toContain('imports upward');
    expect(complaint('workers/modules/cache/index.ts', 'src/phs/syntax/lexer.ts')).toContain(
      'may not see phs',
    );
    expect(complaint('src/cli/main.ts', 'src/host/host.ts')).toContain('may not see host');
    expect(complaint('src/host/host.ts', 'src/wire/batch.ts')).toBeUndefined();
  });
});
