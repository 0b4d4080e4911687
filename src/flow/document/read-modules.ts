import { textOf, type Value } from '../../values.js';
import { isRemote, nameOfRemote } from '../../nats/service-name.js';
import { nameProblem } from '../../manifest/instance-name.js';
import { visibleLine } from '../../visible-text.js';
import { didYouMean, foundInstead } from '../../nearest.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { ModuleDeclaration, IsolationSettings } from './flow-document.js';

/** The keys of a module declaration that say how the module is held; each goes to the host as it is. */
const ISOLATION_KEYS = ['isolation', 'jail', 'grant', 'limits'] as const;

/**
 * Reads how the owner of the flow wants a module to be held. These are plain values, never code: what a module may do must be readable in
 * the file, not come out of an expression.
 */
function readIsolationSettings(node: MapNode, diagnostics: Diagnostics): IsolationSettings {
  const isolationSettings: { [Key in (typeof ISOLATION_KEYS)[number]]?: Value } = {};
  for (const key of ISOLATION_KEYS) {
    const value = node.entries.get(key)?.value;
    if (value === undefined || (value.kind === 'scalar' && value.value === null)) continue;
    const code = firstCode(value);
    if (code === undefined) isolationSettings[key] = valueOf(value);
    else
      diagnostics.error(
        `"${key}" of a module must be a plain value: found code ${textOf(valueOf(code))}`,
        code.range,
      );
  }
  return isolationSettings;
}

function firstCode(node: FlowNode): FlowNode | undefined {
  switch (node.kind) {
    case 'scalar':
      return node.code === undefined ? undefined : node;
    case 'list':
      return node.items.map(firstCode).find((found) => found !== undefined);
    case 'map':
      return [...node.entries.values()]
        .map(({ value }) => firstCode(value))
        .find((found) => found !== undefined);
  }
}

/** Keys of a module declaration that mean something. */
export const MODULE_KEYS: ReadonlySet<string> = new Set([
  'module',
  'name',
  'version',
  'repository',
  'repository_raw_content',
  'with',
  ...ISOLATION_KEYS,
]);

/** Reads the list under `modules` (docs/spec/flow.md 12.1). */
export function readModules(
  node: FlowNode | undefined,
  diagnostics: Diagnostics,
): readonly ModuleDeclaration[] {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind !== 'list') {
    diagnostics.error('Modules not an array: "modules" must be a list', node.range);
    return [];
  }
  const modules = node.items
    .map((item) => readModule(item, diagnostics))
    .filter((module) => module !== undefined);
  for (const { module, name, range } of modules) {
    const problem = nameProblem(name);
    if (problem !== undefined)
      diagnostics.error(
        `Module "${visibleLine(module)}" cannot be called "${visibleLine(name)}": ${problem}`,
        range,
      );
  }
  return modules;
}

function readModule(node: FlowNode, diagnostics: Diagnostics): ModuleDeclaration | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    return {
      module: node.value,
      name: defaultName(node.value),
      version: 'latest',
      with: undefined,
      isolationSettings: {},
      range: node.range,
    };
  }
  if (node.kind !== 'map') {
    diagnostics.error(
      'Module not found: an entry of "modules" must be a name or a mapping with the key "module"',
      node.range,
    );
    return undefined;
  }
  for (const { key, range } of node.entries.values()) {
    const hint = MODULE_KEYS.has(key) ? '' : didYouMean(key, MODULE_KEYS);
    if (hint !== '')
      diagnostics.warning(`the key "${key}" means nothing in a module declaration.${hint}`, range);
  }
  const text = (key: string): string | undefined => {
    const value = node.entries.get(key)?.value;
    return value === undefined || (value.kind === 'scalar' && value.value === null)
      ? undefined
      : textOf(valueOf(value));
  };
  const module = text('module');
  if (module === undefined) {
    const found = foundInstead('module', node.entries.keys(), MODULE_KEYS);
    diagnostics.error(`Module not found: an entry of "modules" needs the key "module"${found}`, node.range);
    return undefined;
  }
  return {
    module,
    name: text('name') ?? defaultName(module),
    version: text('version') ?? 'latest',
    with: node.entries.get('with')?.value,
    isolationSettings: readIsolationSettings(node, diagnostics),
    range: node.entries.get('module')?.value.range ?? node.range,
  };
}

/** True for a module that is found by its path, not by its package name. */
export function isLocalModule(module: string): boolean {
  return /^\.{0,2}\//.test(module);
}

/** The last part of a path and of a name with a scope, and what follows `nats:`: steps and expressions call it by that. */
function defaultName(module: string): string {
  if (isRemote(module)) return nameOfRemote(module);
  if (!isLocalModule(module) && !module.startsWith('@')) return module;
  return module.replace(/\/+$/, '').split('/').at(-1) ?? module;
}
