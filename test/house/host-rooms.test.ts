import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The rooms of src/host, ground first: a file imports from its own room and from rooms further up in this list only. */
const ROOMS: readonly { readonly room: string; readonly path: RegExp }[] = [
  { room: 'ticker', path: /^ticker\.ts$/ },
  { room: 'log', path: /^log\// },
  {
    room: 'what executors share',
    path: /^executors\/(?:check-pool|executor|exit-errors|faults|process-limit|read-posted|stack-frame)\.ts$/,
  },
  { room: 'waiting', path: /^waiting\.ts$/ },
  { room: 'diagnostics', path: /^diagnostics\// },
  { room: 'host-events', path: /^host-events\.ts$/ },
  {
    room: 'the public options',
    path: /^(?:(?:module|function|built-in)-types|typed-modules|(?:host|isolation)-options|option-rules)\.ts$/,
  },
  { room: 'call', path: /^call\// },
  { room: 'executors in this process', path: /^executors\/[^/]+\.ts$/ },
  { room: 'executors/guest', path: /^executors\/guest\// },
  { room: 'executors/pool', path: /^executors\/pool\// },
  { room: 'module', path: /^module\// },
  { room: 'load', path: /^load\// },
  { room: 'remote', path: /^remote\// },
  { room: 'host', path: /^(?:create-)?host\.ts$/ },
];

/** Imports that go up, each with its reason. */
const UP: readonly string[] = [
  // The folder of phlow itself, which the permission flags of a thread name.
  'executors/permission-flags.ts -> load/resolve.ts',
  // The type of a priority, which callers give.
  'module-types.ts -> call/priority-queue.ts',
  // The type of fakes, which tests bring.
  'module-types.ts -> call/fake-modules.ts',
  // The type of the tracer, which applications bring.
  'host-options.ts -> call/call-tracer.ts',
];

function floorOf(path: string): number {
  return ROOMS.findIndex((row) => row.path.test(path));
}

describe('the rooms of the host', () => {
  test('import downwards only', () => {
    const files = readdirSync(join(ROOT, 'src/host'), { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.ts'));
    const wrong = files.flatMap((file) => {
      if (floorOf(file) === -1) return [`${file} stands in no room`];
      const text = readFileSync(join(ROOT, 'src/host', file), 'utf8');
      return [...text.matchAll(/from\s+'(\.[^']+)'/g)]
        .map(([, target = '']) => posix.join(dirname(file), target).replace(/\.js$/, '.ts'))
        .filter((target) => !target.startsWith('..') && floorOf(target) > floorOf(file))
        .map((target) => `${file} -> ${target}`)
        .filter((edge) => !UP.includes(edge));
    });
    expect(wrong).toEqual([]);
  });
});
