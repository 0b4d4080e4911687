import { Diagnostics } from '../flow/diagnostics.js';
import { graphOf } from '../flow/graph.js';
import { buildFlow } from './build-flow.js';
import { findFlow, type FlowSource } from './flow-source.js';

/**
 * A flow as a Mermaid flowchart. No module is looked for.
 *
 * @throws PHLOW_FLOW_UNREADABLE, PHLOW_FLOW_SYNTAX, PHLOW_FLOW_INVALID and the like when the flow cannot be compiled.
 */
export function graphFlow(source: FlowSource): string {
  const diagnostics = new Diagnostics();
  const { origin, files } = findFlow(source);
  const { plan } = buildFlow(origin, diagnostics, files);
  diagnostics.check();
  return graphOf(plan);
}
