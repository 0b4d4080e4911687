import { messageOf } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import { compilerFor } from '../plan/compile-expression.js';
import type { Expression } from '../plan/expression.js';
import type { SourceRange } from '../source/source-file.js';
import type { Value } from '../../values.js';

/** Lets the test case that runs at the moment answer calls that script modules make; cases run one after the other. */
export class NestedMocks {
  /** Answers the call of a module by its path, `SCRIPT/MODULE`; undefined for one that is not mocked, or while no case runs. */
  answer: ((path: string, input: Value, payload: Value) => Promise<Value> | undefined) | undefined;
}

/** One answer of a mocked module. */
export interface Mock {
  /** What the input of a call must have for this answer; any input will do when absent. */
  readonly input: Expression | undefined;
  readonly answer: { readonly kind: 'reply' | 'error'; readonly value: Expression };
  /** How many calls it answers, no more and no less; any number when absent. */
  readonly times: number | undefined;
  readonly range: SourceRange | undefined;
}

/** The answers of mocked modules, by instance name, those of script modules by `SCRIPT/MODULE`. A module with an empty list must not be called. */
export type Mocks = ReadonlyMap<string, readonly Mock[]>;

/** Nothing is mocked. */
const NO_MOCKS: Mocks = new Map();

/** Keys of an answer of a mocked module. */
export const MOCK_KEYS = ['input', 'reply', 'error', 'times'];

/** True when `path` names a module inside of a script module that is called `module`. */
export function isInside(path: string, module: string): boolean {
  return path.startsWith(`${module}/`);
}

/** Reads `mocks` (docs/testing.md): a mapping from modules, `SCRIPT/MODULE` for those of script modules, to a list of answers, or to one. What is wrong goes into `diagnostics`. */
export function readMocks(
  node: FlowNode | undefined,
  modules: Iterable<string>,
  diagnostics: Diagnostics,
): Mocks {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return NO_MOCKS;
  if (node.kind !== 'map') {
    diagnostics.error('"mocks" must be a mapping from the names of modules to their answers', node.range);
    return NO_MOCKS;
  }
  const known = new Set(modules);
  const mocks = new Map<string, readonly Mock[]>();
  for (const { key, value, range } of node.entries.values()) {
    if (!known.has(key) && ![...known].some((name) => isInside(key, name))) {
      diagnostics.error(
        `mocks names a module that is not declared: "${key}".${didYouMean(key, known)}`,
        range,
      );
    }
    mocks.set(key, readAnswers(key, value, diagnostics));
  }
  return mocks;
}

function readAnswers(module: string, node: FlowNode, diagnostics: Diagnostics): readonly Mock[] {
  if (node.kind === 'scalar' && node.value === null) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.map((item) => readMock(module, item, diagnostics)).filter((mock) => mock !== undefined);
}

function readMock(module: string, node: FlowNode, diagnostics: Diagnostics): Mock | undefined {
  if (node.kind !== 'map') {
    diagnostics.error(
      `an answer of the mocked module "${module}" must be a mapping with reply or error`,
      node.range,
    );
    return undefined;
  }
  for (const { key, range } of node.entries.values()) {
    if (!MOCK_KEYS.includes(key))
      diagnostics.error(`a mock has no key "${key}".${didYouMean(key, MOCK_KEYS)}`, range);
  }
  const reply = compiled(node, 'reply', diagnostics);
  const error = compiled(node, 'error', diagnostics);
  const input = compiled(node, 'input', diagnostics);
  const times = readTimes(node, diagnostics);
  if (node.entries.has('reply') === node.entries.has('error')) {
    diagnostics.error(
      `an answer of the mocked module "${module}" needs either reply or error: found ${node.entries.has('reply') ? 'both' : 'neither'}`,
      node.range,
    );
    return undefined;
  }
  const value = reply ?? error;
  if (value === undefined) return undefined;
  return {
    input,
    answer: { kind: reply === undefined ? 'error' : 'reply', value },
    times,
    range: node.range,
  };
}

function compiled(node: MapNode, key: string, diagnostics: Diagnostics): Expression | undefined {
  const value = node.entries.get(key)?.value;
  if (value === undefined) return undefined;
  try {
    return compilerFor({ modules: new Map() })(value);
  } catch (error) {
    diagnostics.error(`Mock error: Compile error: ${messageOf(error)}`, value.range ?? node.range, error);
    return undefined;
  }
}

function readTimes(node: MapNode, diagnostics: Diagnostics): number | undefined {
  const entry = node.entries.get('times');
  if (entry === undefined) return undefined;
  const times = valueOf(entry.value);
  if (typeof times === 'number' && Number.isInteger(times) && times >= 1) return times;
  diagnostics.error('"times" must be a whole number from 1 on: how many calls this answers', entry.range);
  return undefined;
}
