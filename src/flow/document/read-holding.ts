import { textOf, type Value } from '../../values.js';
import type { Findings } from '../findings.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { ModuleHolding } from './flow-document.js';

/** The keys of a module declaration that say how the module is held; each goes to the host as it is. */
export const HOLDING_KEYS = ['isolation', 'jail', 'grant', 'limits'] as const;

/**
 * Reads how the owner of the flow wants a module to be held. These are plain values, never code: what a module may do must be readable in
 * the file, not come out of an expression.
 */
export function readHolding(node: MapNode, findings: Findings): ModuleHolding {
  const holding: { [Key in (typeof HOLDING_KEYS)[number]]?: Value } = {};
  for (const key of HOLDING_KEYS) {
    const value = node.entries.get(key)?.value;
    if (value === undefined || (value.kind === 'scalar' && value.value === null)) continue;
    const code = firstCode(value);
    if (code === undefined) holding[key] = valueOf(value);
    else
      findings.error(
        `"${key}" of a module must be a plain value: found code ${textOf(valueOf(code))}`,
        code.spot,
      );
  }
  return holding;
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
