import { describe, expect, test } from '@jest/globals';
import { isPhlowError } from '../../src/errors.js';
import { Diagnostics } from '../../src/flow/diagnostics.js';
import { loadFlow } from '../../src/flow/load-flow.js';
import { compilerFor } from '../../src/flow/plan/compile-expression.js';
import { compilePlan } from '../../src/flow/plan/compile.js';
import { memoryFiles } from '../../src/flow/source/flow-files.js';

function plan(text: string) {
  const diagnostics = new Diagnostics();
  const document = loadFlow({ kind: 'text', path: '/f/main.phlow', text }, memoryFiles({}), diagnostics);
  return { plan: compilePlan(document, compilerFor({ modules: new Map() }), diagnostics), diagnostics };
}

const WORKED_EXAMPLE = `
steps:
  - assert: main.a
    label: S0
    then:
      - label: T0
      - assert: main.b
        label: T1
        then: { steps: [{ label: U0 }] }
        else:
          assert: main.c
          label: V0
          then: [{ label: W0 }, { label: W1 }]
  - label: S1
`;

describe('a plan', () => {
  test('numbers branches before the pipeline that owns them, the root last', () => {
    const { pipelines } = plan(WORKED_EXAMPLE).plan;
    const labels = pipelines.map(({ steps }) => steps.map(({ document }) => document.label));
    expect(labels).toEqual([['U0'], ['W0', 'W1'], ['V0'], ['T0', 'T1'], ['S0', 'S1']]);
  });

  test('counts its steps in document order', () => {
    const labels = plan(WORKED_EXAMPLE).plan.steps.map(({ document }) => document.label);
    expect(labels).toEqual(['S0', 'T0', 'T1', 'U0', 'V0', 'W0', 'W1', 'S1']);
  });

  test('names each step by its path', () => {
    const paths = plan(WORKED_EXAMPLE).plan.steps.map(({ document }) => document.path);
    expect(paths).toEqual([
      'steps[0]',
      'steps[0].then[0]',
      'steps[0].then[1]',
      'steps[0].then[1].then.steps[0]',
      'steps[0].then[1].else',
      'steps[0].then[1].else.then[0]',
      'steps[0].then[1].else.then[1]',
      'steps[1]',
    ]);
  });

  test('of equal ids takes the one in the highest pipeline, then the last', () => {
    const text = 'steps:\n  - id: d\n  - assert: true\n    then: [{ id: d }]\n  - id: d\n    label: last\n';
    const target = plan(text).plan.ids.get('d');
    expect(target?.pipeline.steps[target.index]?.document.label).toBe('last');
  });

  test('tells everything that is wrong, each at its place', () => {
    const { diagnostics } = plan('steps:\n  - to: nowhere\n  - payload: main +\n  - assert: ( && )\n');
    const errors = diagnostics.list().map(({ severity, place }) => [severity, place?.line]);
    expect(errors).toEqual([
      ['error', 2],
      ['error', 3],
      ['error', 4],
    ]);
  });

  test('warns of keys that nearly mean something and of modules that are not declared', () => {
    const { diagnostics } = plan('modules: [cache]\nsteps:\n  - use: cahce\n    paylaod: 1\n');
    const warnings = diagnostics.list().filter(({ severity }) => severity === 'warning');
    expect(warnings.map(({ message }) => /Did you mean "(.*)"/.exec(message)?.[1])).toEqual([
      'payload',
      'cache',
    ]);
  });
});

describe('the same code in several places', () => {
  test('is wrong in each of its places', () => {
    const { diagnostics } = plan(
      'steps:\n  - payload: payload * / 2\n  - payload: "x"\n  - return: payload * / 2\n',
    );
    expect(diagnostics.list().map(({ place }) => [place?.line, place?.column])).toEqual([
      [2, 24],
      [4, 23],
    ]);
  });

  test('fails where it ran', () => {
    const [first, second] = plan('steps:\n  - payload: payload.a.b\n  - id: s\n    payload: payload.a.b\n')
      .plan.steps;
    const placeOf = (step: typeof first): unknown => {
      try {
        return step?.payload?.evaluate({ payload: { a: 5 } });
      } catch (error) {
        return isPhlowError(error) ? [error.place?.line, error.place?.column] : error;
      }
    };
    expect([placeOf(first), placeOf(second)]).toEqual([
      [2, 24],
      [4, 24],
    ]);
  });

  test('means what the variables of its place make of it', () => {
    const inner = '  - for_each:\n      in: [1]\n      steps:\n        - payload: "{{ item }}"\n';
    const [, body, last] = plan(`steps:\n${inner}  - payload: "{{ item }}"\n`).plan.steps;
    const scope = { locals: { item: 7 } };
    expect(body?.payload?.evaluate(scope)).toBe(7);
    expect(() => last?.payload?.evaluate(scope)).toThrow(/item/);
  });
});
