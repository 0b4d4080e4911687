import { textOf } from '../../values.js';
import { didYouMean, foundInstead } from '../../nearest.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import { INFO_KEYS, type FlowDocument, type FlowInfo, type ModuleDeclaration } from './flow-document.js';
import { readMains } from './read-mains.js';
import { readModules } from './read-modules.js';
import { StepReader } from './read-steps.js';

/** Keys of a flow that mean something. */
export const ROOT_KEYS: ReadonlySet<string> = new Set<string>([
  ...INFO_KEYS,
  'main',
  'modules',
  'steps',
  'on_error',
  'finally',
  'tests',
  'mocks',
  'with',
  'input',
  'output',
  'tags',
]);

/** Reads the mapping that a flow file is (docs/spec/flow.md 2). What is wrong goes into `diagnostics`. */
export function readDocument(root: FlowNode, diagnostics: Diagnostics): FlowDocument {
  if (root.kind !== 'map') {
    diagnostics.error('Steps not defined: a flow is a mapping with a list under "steps"', root.range);
    return {
      info: {},
      mains: [],
      modules: [],
      steps: [],
      onError: undefined,
      finally: undefined,
      tests: undefined,
      mocks: undefined,
      range: root.range,
    };
  }
  const modules = readModules(root.entries.get('modules')?.value, diagnostics);
  const reader = new StepReader(shorthandNames(modules), diagnostics);
  const document: FlowDocument = {
    info: readInfo(root),
    mains: readMains(root.entries.get('main')?.value, modules, diagnostics),
    modules,
    steps: readRootSteps(root, reader, diagnostics),
    onError: reader.branch(root.entries.get('on_error'), ''),
    finally: reader.branch(root.entries.get('finally'), ''),
    tests: root.entries.get('tests')?.value,
    mocks: root.entries.get('mocks')?.value,
    range: root.range,
  };
  warnOfKeys(root, diagnostics);
  return document;
}

function readRootSteps(root: MapNode, reader: StepReader, diagnostics: Diagnostics): FlowDocument['steps'] {
  const entry = root.entries.get('steps');
  if (entry === undefined) {
    const found = foundInstead('steps', root.entries.keys(), ROOT_KEYS);
    diagnostics.error(`Steps not defined: a flow needs a list under "steps"${found}`, root.range);
    return [];
  }
  if (entry.value.kind !== 'list') {
    diagnostics.error('Steps not defined: "steps" must be a list of steps', entry.range);
    return [];
  }
  return reader.list(entry.value, 'steps');
}

function readInfo(root: MapNode): FlowInfo {
  const info: Partial<Record<(typeof INFO_KEYS)[number], string>> = {};
  for (const key of INFO_KEYS) {
    const entry = root.entries.get(key);
    if (entry !== undefined && !isNull(entry.value)) info[key] = textOf(valueOf(entry.value));
  }
  return info;
}

/** Names whose key in a step is a call: what the module is called, and the last part of what it is loaded from. */
function shorthandNames(modules: readonly ModuleDeclaration[]): ReadonlySet<string> {
  const names = modules.flatMap(({ name, module }) => [name, module.slice(module.lastIndexOf('/') + 1)]);
  return new Set(names);
}

function warnOfKeys(root: MapNode, diagnostics: Diagnostics): void {
  for (const { key, range } of root.entries.values()) {
    const hint = ROOT_KEYS.has(key) ? '' : didYouMean(key, ROOT_KEYS);
    if (hint !== '') diagnostics.warning(`the key "${key}" means nothing here.${hint}`, range);
  }
}

/** True for a value that is left out or null. */
function isNull(node: FlowNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
