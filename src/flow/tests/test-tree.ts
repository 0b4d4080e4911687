import { didYouMean } from '../../nearest.js';
import { textOf } from '../../values.js';
import { stepsOf, type FlowDocument } from '../document/flow-document.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { SourceRange } from '../source/source-file.js';
import { readMocks, type Mocks } from './mocks.js';
import { parseDuration } from '../../manifest/units.js';

/** How far the clock of the modules is moved in a test. */
interface Advance {
  /** Before the flow starts. */
  readonly beforeMs: number;
  /** While a step is at work, by its id. */
  readonly steps: ReadonlyMap<string, number>;
}

const HOW = 'a length of time such as 500 (milliseconds), 250ms, 5s or 1m';

/** Reads `advance` (docs/testing.md): a length of time, or a mapping from ids of steps to lengths of time. */
function readAdvance(
  node: FlowNode | undefined,
  ids: ReadonlySet<string>,
  diagnostics: Diagnostics,
): Advance | undefined {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return undefined;
  if (node.kind !== 'map') {
    return { beforeMs: duration(node, diagnostics), steps: new Map() };
  }
  const steps = new Map<string, number>();
  for (const { key, value, range } of node.entries.values()) {
    if (!ids.has(key))
      diagnostics.error(`advance names a step that is not there: "${key}".${didYouMean(key, ids)}`, range);
    steps.set(key, duration(value, diagnostics));
  }
  return { beforeMs: 0, steps };
}

function duration(node: FlowNode, diagnostics: Diagnostics): number {
  const ms = parseDuration(valueOf(node));
  if (ms !== undefined) return ms;
  diagnostics.error(`"advance" must be ${HOW}, or a mapping from ids of steps to that`, node.range);
  return 0;
}

/** A group of tests. */
export interface TestGroup {
  readonly kind: 'group';
  readonly name: string;
  readonly children: readonly (TestGroup | TestCase)[];
}

/** One test case as it stands in the file. */
export interface TestCase {
  readonly kind: 'case';
  readonly name: string;
  /** The names of the groups around it, outermost first. */
  readonly groups: readonly string[];
  /** Groups and name, joined with ` › `: what a filter is looked for in. */
  readonly title: string;
  /** Under which later tests see its outcome. */
  readonly key: string;
  readonly describe: string | null;
  readonly main: FlowNode | undefined;
  readonly payload: FlowNode | undefined;
  /** The id of the step that its run starts at; undefined: the first. */
  readonly step: string | undefined;
  readonly assert: FlowNode | undefined;
  readonly assertEq: FlowNode | undefined;
  /** What the run must fail with. */
  readonly expectError: FlowNode | undefined;
  /** Its own mocks, and those of the file and the groups around it for other modules. */
  readonly mocks: Mocks;
  readonly advance: Advance | undefined;
  readonly range: SourceRange | undefined;
}

/** Groups and cases in document order. */
export type TestTree = readonly (TestGroup | TestCase)[];

/** Reads the list under `tests` (docs/spec/flow.md 14.1): an item with a list under `tests` is a group, any other a case. */
export function readTests(document: FlowDocument, diagnostics: Diagnostics): TestTree {
  const { tests, mocks, modules } = document;
  const names = modules.map(({ name }) => name);
  const ids = new Set([...stepsOf(document)].flatMap(({ id }) => (id === undefined ? [] : [id.text])));
  const reader = new TreeReader(names, ids, diagnostics);
  const outer = readMocks(mocks, names, diagnostics);
  if (tests === undefined) return [];
  if (tests.kind === 'list') return reader.items(tests.items, [], outer);
  diagnostics.error(`Tests must be an array, got: ${textOf(valueOf(tests))}`, tests.range);
  return [];
}

/** All cases in document order. */
export function casesOf(children: TestTree): readonly TestCase[] {
  return children.flatMap((child) => (child.kind === 'case' ? [child] : casesOf(child.children)));
}

/** Keys of a group of tests. */
export const GROUP_KEYS = ['describe', 'name', 'tests', 'mocks'];
/** Keys of a test case. */
export const CASE_KEYS = [
  'id',
  'describe',
  'it',
  'main',
  'payload',
  'step',
  'assert',
  'assert_eq',
  'expect_error',
  'mocks',
  'advance',
];

class TreeReader {
  readonly #modules: readonly string[];
  readonly #ids: ReadonlySet<string>;
  readonly #diagnostics: Diagnostics;

  constructor(modules: readonly string[], ids: ReadonlySet<string>, diagnostics: Diagnostics) {
    this.#modules = modules;
    this.#ids = ids;
    this.#diagnostics = diagnostics;
  }

  items(items: readonly FlowNode[], groups: readonly string[], outer: Mocks): TestTree {
    return items
      .map((item) => {
        if (item.kind === 'map') return this.#item(item, groups, outer);
        this.#diagnostics.error(`a test must be a mapping: found ${textOf(valueOf(item))}`, item.range);
        return undefined;
      })
      .filter((child) => child !== undefined);
  }

  #item(node: MapNode, groups: readonly string[], outer: Mocks): TestGroup | TestCase {
    const own = readMocks(node.entries.get('mocks')?.value, this.#modules, this.#diagnostics);
    const mocks = own.size === 0 ? outer : new Map([...outer, ...own]);
    const inner = node.entries.get('tests')?.value;
    if (inner?.kind !== 'list') return this.#case(node, groups, mocks);
    this.#warn(node, GROUP_KEYS, 'group of tests');
    const name = text(node, 'describe') ?? text(node, 'name') ?? '(group)';
    return { kind: 'group', name, children: this.items(inner.items, [...groups, name], mocks) };
  }

  #case(node: MapNode, groups: readonly string[], mocks: Mocks): TestCase {
    this.#warn(node, CASE_KEYS, 'test');
    const get = (key: string): FlowNode | undefined => node.entries.get(key)?.value;
    const describe = text(node, 'describe');
    const it = text(node, 'it');
    const name = it ?? describe ?? '(test)';
    return {
      kind: 'case',
      name,
      groups,
      title: [...groups, name].join(' › '),
      key: text(node, 'id') ?? describe ?? it ?? 'current',
      describe: describe ?? null,
      main: get('main'),
      payload: get('payload'),
      step: this.#step(node),
      assert: get('assert'),
      assertEq: get('assert_eq'),
      expectError: this.#expectError(node),
      mocks,
      advance: readAdvance(get('advance'), this.#ids, this.#diagnostics),
      range: node.range,
    };
  }

  #step(node: MapNode): string | undefined {
    const id = text(node, 'step');
    if (id === undefined || this.#ids.has(id)) return id;
    const range = node.entries.get('step')?.range;
    this.#diagnostics.error(
      `step names a step that is not there: "${id}".${didYouMean(id, this.#ids)}`,
      range,
    );
    return undefined;
  }

  #expectError(node: MapNode): FlowNode | undefined {
    const entry = node.entries.get('expect_error');
    if (entry === undefined) return undefined;
    const other = ['assert', 'assert_eq'].find((key) => node.entries.has(key));
    if (other !== undefined) {
      this.#diagnostics.error(
        `a test has either expect_error or ${other}: a run that fails has no result`,
        entry.range,
      );
    }
    return entry.value;
  }

  #warn(node: MapNode, known: readonly string[], what: string): void {
    for (const { key, range } of node.entries.values()) {
      const hint = known.includes(key) ? '' : didYouMean(key, known);
      if (hint !== '')
        this.#diagnostics.warning(`the key "${key}" means nothing in a ${what}.${hint}`, range);
    }
  }
}

function text(node: MapNode, key: string): string | undefined {
  const value = node.entries.get(key)?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return undefined;
  return textOf(valueOf(value));
}
