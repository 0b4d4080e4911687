import { Diagnostics } from '../flow/diagnostics.js';
import { graphOf } from '../flow/graph.js';
import { acceptFlow } from './accept-flow.js';
import { findFlow, type FlowSource } from './flow-source.js';
import { readFlow } from './read-flow.js';

/**
 * A flow as a Mermaid flowchart. No module is looked for.
 *
 * @throws PHLOW_FLOW_UNREADABLE, PHLOW_FLOW_SYNTAX, PHLOW_FLOW_INVALID, PHLOW_LOCK_MISMATCH and the like when the flow cannot be compiled.
 */
export async function graphFlow(source: FlowSource): Promise<string> {
  const diagnostics = new Diagnostics();
  const { plan } = readFlow(await acceptFlow(findFlow(source)), diagnostics);
  diagnostics.check();
  return graphOf(plan);
}
