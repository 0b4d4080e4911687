import { textOf } from '../../values.js';
import type { Findings } from '../findings.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { Spot } from '../source/source-file.js';

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
  readonly assert: FlowNode | undefined;
  readonly assertEq: FlowNode | undefined;
  readonly spot: Spot | undefined;
  /** The whole mapping, for keys that tools give a meaning to. */
  readonly node: MapNode;
}

/** Reads the list under `tests` (spec/flow.md 14.1): an item with a list under `tests` is a group, any other a case. */
export function readTests(tests: FlowNode, findings: Findings): readonly (TestGroup | TestCase)[] {
  if (tests.kind === 'list') return readItems(tests.items, [], findings);
  findings.error(`Tests must be an array, got: ${textOf(valueOf(tests))}`, tests.spot);
  return [];
}

/** All cases in document order. */
export function casesOf(children: readonly (TestGroup | TestCase)[]): readonly TestCase[] {
  return children.flatMap((child) => (child.kind === 'case' ? [child] : casesOf(child.children)));
}

function readItems(
  items: readonly FlowNode[],
  groups: readonly string[],
  findings: Findings,
): readonly (TestGroup | TestCase)[] {
  const children: (TestGroup | TestCase)[] = [];
  for (const item of items) {
    if (item.kind !== 'map') {
      findings.error(`a test must be a mapping: found ${textOf(valueOf(item))}`, item.spot);
      continue;
    }
    const inner = item.entries.get('tests')?.value;
    if (inner?.kind !== 'list') {
      children.push(readCase(item, groups));
      continue;
    }
    const name = text(item, 'describe') ?? text(item, 'name') ?? '(group)';
    children.push({ kind: 'group', name, children: readItems(inner.items, [...groups, name], findings) });
  }
  return children;
}

function readCase(node: MapNode, groups: readonly string[]): TestCase {
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
    main: node.entries.get('main')?.value,
    payload: node.entries.get('payload')?.value,
    assert: node.entries.get('assert')?.value,
    assertEq: node.entries.get('assert_eq')?.value,
    spot: node.spot,
    node,
  };
}

function text(node: MapNode, key: string): string | undefined {
  const value = node.entries.get(key)?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return undefined;
  return textOf(valueOf(value));
}
