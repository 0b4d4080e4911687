import { textOf } from '../../values.js';
import { didYouMean, foundInstead } from '../../nearest.js';
import type { Findings } from '../findings.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import { INFO_KEYS, type FlowDocument, type FlowInfo, type ModuleDeclaration } from './flow-document.js';
import { readModules } from './read-modules.js';
import { StepReader } from './read-steps.js';

/** Keys of a flow that mean something. */
export const ROOT_KEYS: ReadonlySet<string> = new Set<string>([
  ...INFO_KEYS,
  'main',
  'modules',
  'steps',
  'tests',
  'mocks',
  'with',
  'input',
  'output',
  'tags',
]);

/** Reads the mapping that a flow file is (spec/flow.md 2). What is wrong goes into `findings`. */
export function readDocument(root: FlowNode, findings: Findings): FlowDocument {
  if (root.kind !== 'map') {
    findings.error('Steps not defined: a flow is a mapping with a list under "steps"', root.spot);
    return {
      info: {},
      main: undefined,
      modules: [],
      steps: [],
      tests: undefined,
      mocks: undefined,
      spot: root.spot,
    };
  }
  const modules = readModules(root.entries.get('modules')?.value, findings);
  const reader = new StepReader(shorthandNames(modules), findings);
  const main = root.entries.get('main');
  const document: FlowDocument = {
    info: readInfo(root),
    main:
      main === undefined || isNull(main.value)
        ? undefined
        : { text: textOf(valueOf(main.value)), spot: main.value.spot },
    modules,
    steps: readRootSteps(root, reader, findings),
    tests: root.entries.get('tests')?.value,
    mocks: root.entries.get('mocks')?.value,
    spot: root.spot,
  };
  checkMain(document, findings);
  warnOfKeys(root, findings);
  return document;
}

function readRootSteps(root: MapNode, reader: StepReader, findings: Findings): FlowDocument['steps'] {
  const entry = root.entries.get('steps');
  if (entry === undefined) {
    const found = foundInstead('steps', root.entries.keys(), ROOT_KEYS);
    findings.error(`Steps not defined: a flow needs a list under "steps"${found}`, root.spot);
    return [];
  }
  if (entry.value.kind !== 'list') {
    findings.error('Steps not defined: "steps" must be a list of steps', entry.spot);
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

function checkMain(document: FlowDocument, findings: Findings): void {
  const { main, modules } = document;
  if (main === undefined || modules.some(({ name }) => name === main.text)) return;
  const names = modules.map(({ name }) => name);
  findings.error(
    `main names a module that is not declared: "${main.text}".${didYouMean(main.text, names)}`,
    main.spot,
  );
}

/** Names whose key in a step is a call: what the module is called, and the last part of what it is loaded from. */
function shorthandNames(modules: readonly ModuleDeclaration[]): ReadonlySet<string> {
  const names = modules.flatMap(({ name, module }) => [name, module.slice(module.lastIndexOf('/') + 1)]);
  return new Set(names);
}

function warnOfKeys(root: MapNode, findings: Findings): void {
  for (const { key, spot } of root.entries.values()) {
    const hint = ROOT_KEYS.has(key) ? '' : didYouMean(key, ROOT_KEYS);
    if (hint !== '') findings.warning(`the key "${key}" means nothing here.${hint}`, spot);
  }
}

/** True for a value that is left out or null. */
function isNull(node: FlowNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
