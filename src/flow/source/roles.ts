/**
 * What a part of a flow file is, which decides how its values are read:
 *
 * - `data` is evaluated: inline `{}` and `[]` are code, unquoted code is recognised
 * - `literal` is evaluated too, but inline `{}` and `[]` are YAML whose leaves may be code
 * - `text` is never evaluated
 * - the others are structure
 */
export type Role =
  | 'flow'
  | 'modules'
  | 'module'
  | 'steps'
  | 'step'
  | 'condition'
  | 'branches'
  | 'each'
  | 'tests'
  | 'case'
  | 'mocks'
  | 'calls'
  | 'mock'
  | 'data'
  | 'literal'
  | 'text';

interface Children {
  readonly item: Role;
  readonly keys: Readonly<Record<string, Role>>;
  readonly other: Role;
}

const TEXT: Children = { item: 'text', keys: {}, other: 'text' };

const MOCK_KEYS: Readonly<Record<string, Role>> = {
  input: 'literal',
  reply: 'literal',
  error: 'data',
  times: 'text',
};

const STEP_KEYS: Readonly<Record<string, Role>> = {
  id: 'text',
  label: 'text',
  use: 'text',
  to: 'text',
  name: 'text',
  description: 'text',
  log: 'literal',
  condition: 'condition',
  assert_eq: 'literal',
  then: 'steps',
  else: 'steps',
  steps: 'steps',
  timeout: 'text',
  retry: 'text',
  once: 'text',
  on_error: 'steps',
  stream: 'text',
  parallel: 'branches',
  for_each: 'each',
};

/** The structure of flow files (docs/spec/flow.md 2, 7, 12, 14). A branch is a step, a list of steps, or a mapping with `steps`. */
const CHILDREN: Readonly<Record<Role, Children>> = {
  flow: {
    item: 'text',
    keys: {
      modules: 'modules',
      steps: 'steps',
      on_error: 'steps',
      finally: 'steps',
      tests: 'tests',
      mocks: 'mocks',
    },
    other: 'text',
  },
  modules: { item: 'module', keys: {}, other: 'text' },
  module: { item: 'text', keys: { with: 'data' }, other: 'text' },
  steps: { item: 'step', keys: STEP_KEYS, other: 'data' },
  step: { item: 'text', keys: STEP_KEYS, other: 'data' },
  condition: { item: 'text', keys: { assert: 'data' }, other: 'text' },
  branches: { item: 'steps', keys: {}, other: 'steps' },
  each: { item: 'text', keys: { in: 'data', steps: 'steps' }, other: 'text' },
  tests: { item: 'case', keys: {}, other: 'text' },
  case: {
    item: 'text',
    keys: {
      tests: 'tests',
      describe: 'text',
      it: 'text',
      name: 'text',
      id: 'text',
      advance: 'text',
      step: 'text',
      assert_eq: 'literal',
      expect_error: 'literal',
      mocks: 'mocks',
    },
    other: 'data',
  },
  mocks: { item: 'text', keys: {}, other: 'calls' },
  // The answers of a module: a list of them, or just one.
  calls: { item: 'mock', keys: MOCK_KEYS, other: 'text' },
  mock: { item: 'text', keys: MOCK_KEYS, other: 'text' },
  data: { item: 'data', keys: {}, other: 'data' },
  literal: { item: 'literal', keys: {}, other: 'literal' },
  text: TEXT,
};

/** The role of a list's items. */
export function itemRole(role: Role): Role {
  return CHILDREN[role].item;
}

/** The role of what stands behind a key. */
export function keyRole(role: Role, key: string): Role {
  const { keys, other } = CHILDREN[role];
  return Object.hasOwn(keys, key) ? (keys[key] ?? other) : other;
}

/** True when values of this role may be code. A condition may be given as a bare expression. */
export function isEvaluated(role: Role): boolean {
  return role === 'data' || role === 'literal' || role === 'condition';
}

/** Variables that exist only below some keys of a step, and of the flow. */
const LOCALS: Readonly<Record<string, readonly string[]>> = {
  on_error: ['error'],
  for_each: ['item', 'index'],
};
const FLOW_LOCALS: Readonly<Record<string, readonly string[]>> = {
  on_error: ['error'],
  finally: ['error'],
};

/** No variables but the usual ones. */
export const NO_LOCALS: ReadonlySet<string> = new Set();

/** The local variables of what stands behind a key: those of its enclosing scope and its own. */
export function keyLocals(locals: ReadonlySet<string>, role: Role, key: string): ReadonlySet<string> {
  const isStep = role === 'step' || role === 'steps';
  if (!isStep && role !== 'flow') return locals;
  const own = isStep ? LOCALS : FLOW_LOCALS;
  return Object.hasOwn(own, key) ? new Set([...locals, ...(own[key] ?? [])]) : locals;
}
