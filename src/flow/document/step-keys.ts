/** Keys of a step that mean something to the engine, and so are never the short form of a module call (spec/flow.md 4.7). */
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
  'on_error',
  'parallel',
  'for_each',
]);

/** Keys that stand in many flows for the reader only. */
export const REMARK_KEYS: ReadonlySet<string> = new Set([
  'step',
  'case',
  'description',
  'name',
  'run',
  'comment',
]);
