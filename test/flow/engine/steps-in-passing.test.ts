import { describe, expect, test } from '@jest/globals';
import { RunScope } from '../../../src/flow/engine/run-state.js';
import { compileProgram } from '../../../src/phs/program.js';
import { openFlow } from '../../../src/runtime/flow.js';

const NOTHING = { main: null, payload: null, setup: null, tests: null };
const newScope = (): RunScope => new RunScope(NOTHING, () => ({}));

/** How often code takes `steps` whole. */
function wholeReads(code: string): number {
  let count = 0;
  const steps = { a: { b: { c: [1, 2] }, list: [3], text: 'x' }, n: 1 };
  compileProgram(code).run({
    main: { key: 'a' },
    stepsInPassing: steps,
    get steps() {
      count++;
      return steps;
    },
  });
  return count;
}

describe('the results of earlier steps', () => {
  test.each([
    'steps.n + 1',
    'steps.a.b.c[0]',
    'steps["a"].b',
    'steps[main.key]',
    'steps?.a',
    'steps?["a"]?.b',
    'steps.missing',
    '`${steps.a.text}`',
    '{ x: steps.a, y: [steps.n] }',
    'steps.a.text.len()',
    'steps.a.list.contains(3)',
    'steps.a.list.map(|x| x + steps.n)',
    'let x = steps.a; x.text = "y"; x',
    'eval("steps.n")',
  ])('are not taken whole by %s', (code) => {
    expect(wholeReads(code)).toBe(0);
  });

  test.each([
    'steps',
    '{ all: steps }',
    '[steps]',
    'let x = steps; x.n',
    'steps.keys()',
    'steps.len()',
    'for value in steps.values() { }',
    'type_of(steps)',
    '(|| steps).call()',
  ])('are taken whole by %s', (code) => {
    expect(wholeReads(code)).toBe(1);
  });

  test('stay one map for as long as nobody has taken the whole of them', () => {
    const scope = newScope();
    scope.setStep('a', 1);
    const first = scope.stepsInPassing;
    scope.setStep('b', 2);
    expect(scope.stepsInPassing).toBe(first);
    expect(first).toEqual({ a: 1, b: 2 });
  });

  test('are copied once for who has taken the whole of them', () => {
    const scope = newScope();
    scope.setStep('a', 1);
    const taken = scope.steps;
    scope.setStep('b', 2);
    const copy = scope.stepsInPassing;
    scope.setStep('c', 3);
    expect(taken).toEqual({ a: 1 });
    expect(scope.stepsInPassing).toBe(copy);
  });

  test('are not copied for a body that stores nothing or reads them in passing', () => {
    const scope = newScope();
    scope.setStep('a', 1);
    const before = scope.stepsInPassing;
    const inner = scope.inside();
    expect(inner.stepsInPassing).toBe(before);
    inner.setStep('b', 2);
    inner.setStep('a', 3);
    expect(before).toEqual({ a: 1 });
    scope.setStep('c', 3);
    expect(scope.stepsInPassing).toBe(before);
  });

  test('are copied for a body, at any depth, that has taken the whole of them', () => {
    const scope = newScope();
    scope.setStep('a', 1);
    const taken = scope.inside().inside().steps;
    scope.setStep('b', 2);
    expect(taken).toEqual({ a: 1 });
  });

  test('belong to a body once it has stored something', () => {
    const scope = newScope();
    scope.setStep('a', 1);
    const before = scope.stepsInPassing;
    const inner = scope.inside();
    inner.setStep('b', 2);
    expect(inner.steps).toEqual({ a: 1, b: 2 });
    scope.setStep('c', 3);
    expect(scope.stepsInPassing).toBe(before);
  });
});

test('a step that keeps all results keeps them as they were', async () => {
  const text = `
steps:
  - id: a
    payload: 1
  - id: whole
    payload: steps
  - id: b
    payload: { inside: steps, a: steps.a }
  - id: items
    for_each:
      in: [1, 2]
      steps:
        - id: inner
          payload: { seen: steps.len(), item: item }
        - payload: { inner: steps.inner, kept: steps }
  - id: last
    payload: steps.len()
  - return: { whole: steps.whole, b: steps.b, items: steps.items, last: steps.last }
`;
  await using flow = await openFlow({ text }, { log: () => undefined, envs: {} });
  const b = { inside: { a: 1, whole: { a: 1 } }, a: 1 };
  expect(await flow.run()).toEqual({
    whole: { a: 1 },
    b,
    items: [1, 2].map((item) => {
      const inner = { seen: 3, item };
      return { inner, kept: { a: 1, whole: { a: 1 }, b, inner } };
    }),
    last: 4,
  });
});
