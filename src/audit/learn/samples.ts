import { join, relative } from 'node:path';
import { PhlowError } from '../../errors.js';
import { listTree, Pace, SnapshotBudget } from '../../sandbox/snapshot/list-tree.js';
import type { Value } from '../../values.js';
import type { Examined } from '../examine.js';

/** What a module is run with to learn from it. */
export interface Samples {
  readonly inputs: readonly Sample[];
  /** Flows with tests that use the module. */
  readonly tests: readonly string[];
}

/** One package to send, and what it is called in reports. */
export interface Sample {
  readonly name: string;
  readonly input: Value;
}

/** What the caller of `learn` gave to run; with neither, the module's own samples are taken. */
export interface GivenSamples {
  readonly inputs?: readonly Value[];
  readonly tests?: readonly string[];
}

/**
 * What there is to run: what was given, else the `examples:` of the manifest's `input:` and every `*.test.phlow` in the module's folder.
 * Throws PHLOW_USAGE when there is nothing.
 */
export async function samplesFor(
  { found, manifest }: Examined,
  { inputs = [], tests = [] }: GivenSamples,
): Promise<Samples> {
  if (inputs.length + tests.length > 0) return { inputs: named('input', inputs), tests };
  const examples: unknown = manifest.input?.['examples'];
  const own: Samples = {
    inputs: named('example', Array.isArray(examples) ? (examples as readonly Value[]) : []),
    // Built-in modules share their folder with all of phlow.
    tests: found.origin === 'builtin' ? [] : await testsBelow(found.folder),
  };
  if (own.inputs.length + own.tests.length > 0) return own;
  const message = `Cannot learn what module "${manifest.name}" needs: there is nothing to run; give an input as JSON, put some under "examples:" of "input:" in its phlow.yaml, or write a NAME.test.phlow in its folder`;
  throw new PhlowError('PHLOW_USAGE', message, { details: { module: manifest.name } });
}

function named(kind: string, inputs: readonly Value[]): readonly Sample[] {
  return inputs.map((input, i) => ({ name: `${kind} ${i + 1}`, input }));
}

async function testsBelow(folder: string): Promise<readonly string[]> {
  const names = await listTree(folder, new SnapshotBudget(), new Pace());
  return names
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.test.phlow') && !path.split('/').includes('node_modules'))
    .sort()
    .map((path) => join(folder, path));
}

/** What a test file is called in reports. */
export function testFileName(file: string, folder: string): string {
  const path = relative(folder, file);
  return path.startsWith('..') ? file : path;
}
