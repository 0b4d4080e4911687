import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The rooms of src/host, ground first: a file imports from its own room and from rooms further up in this list only. */
const ROOMS: readonly { readonly room: string; readonly path: RegExp }[] = [
  { room: 'ticker', path: /^ticker\.ts$/ },
  { room: 'log', path: /^log\// },
  { room: 'executors', path: /^executors\/[^/]+\.ts$/ },
  { room: 'waiting', path: /^waiting\.ts$/ },
  { room: 'diagnostics', path: /^diagnostics\// },
  { room: 'host-events', path: /^host-events\.ts$/ },
  { room: 'api', path: /^api\// },
  { room: 'metrics', path: /^metrics\// },
  { room: 'call', path: /^call\// },
  { room: 'executors/inline', path: /^executors\/inline\// },
  { room: 'executors/thread', path: /^executors\/thread\// },
  { room: 'executors/guest', path: /^executors\/guest\// },
  { room: 'executors/pool', path: /^executors\/pool\// },
  { room: 'module', path: /^module\// },
  { room: 'inspection', path: /^inspection\// },
  { room: 'load', path: /^load\// },
  { room: 'host', path: /^host\.ts$/ },
];

/** Imports that go up, each with its reason. */
const UP: readonly string[] = [
  // The folder of phlow itself, which the permission flags of a thread name.
  'executors/thread/permission-flags.ts -> load/resolve.ts',
  // The type of a priority, which callers give.
  'api/module.ts -> call/priority-queue.ts',
  // The type of the tracer, which applications bring.
  'api/host-options.ts -> metrics/call-tracer.ts',
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
