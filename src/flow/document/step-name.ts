import type { StepDocument } from './flow-document.js';

/** How messages call a step: its place in the flow, and its id or label. */
export function stepName(step: StepDocument): string {
  const name = step.id?.text ?? step.label;
  return name === undefined ? step.path : `${step.path} ("${name}")`;
}
