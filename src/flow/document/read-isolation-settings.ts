import { textOf, type Value } from '../../values.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { IsolationSettings } from './flow-document.js';

/** The keys of a module declaration that say how the module is held; each goes to the host as it is. */
export const ISOLATION_KEYS = ['isolation', 'jail', 'grant', 'limits'] as const;

/**
 * Reads how the owner of the flow wants a module to be held. These are plain values, never code: what a module may do must be readable in
 * the file, not come out of an expression.
 */
export function readIsolationSettings(node: MapNode, diagnostics: Diagnostics): IsolationSettings {
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
