import type { StepDocument } from './flow-document.js';

/** How messages call a step: its place in the flow, and its id or label. */
export function stepName(step: StepDocument): string {
  const name = step.id?.text ?? step.label;
  return name === undefined ? step.path : `${step.path} ("${name}")`;
}

/** Keys of a step that mean something to the engine, and so are never the short form of a module call (docs/spec/flow.md 4.6). */
export const STEP_KEYS: ReadonlySet<string> = new Set([
  'use',
  'to',
  'id',
  'label',
  'assert',
  'assert_eq',
  'condition',
  'return',
  'payload',
  'input',
  'log',
  'then',
  'else',
  'steps',
  'timeout',
  'retry',
  'once',
  'on_error',
  'stream',
  'parallel',
  'for_each',
]);

/** Words that other languages say for some of them. */
export const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['if', 'assert'],
  ['when', 'assert'],
  ['with', 'input'],
  ['module', 'use'],
  ['goto', 'to'],
  ['catch', 'on_error'],
  ['foreach', 'for_each'],
]);

/** The keys of `for_each`. */
export const FOR_EACH_KEYS: ReadonlySet<string> = new Set(['in', 'at_once', 'steps']);

/** Keys that stand in many flows for the reader only. */
export const REMARK_KEYS: ReadonlySet<string> = new Set([
  'step',
  'case',
  'description',
  'name',
  'run',
  'comment',
]);
