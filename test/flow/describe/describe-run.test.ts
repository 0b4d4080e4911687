import { describe, expect, test } from '@jest/globals';
import { RunDescriber, type CalledModule } from '../../../src/flow/describe/describe-run.js';
import { Diagnostics } from '../../../src/flow/diagnostics.js';
import { loadFlow } from '../../../src/flow/load-flow.js';
import { compilerFor } from '../../../src/flow/plan/compile-expression.js';
import { compilePlan } from '../../../src/flow/plan/compile.js';
import { memoryFiles } from '../../../src/flow/source/flow-files.js';
import type { RunDescription } from '../../../src/sdk/context.js';

const MAIL: CalledModule = {
  input: {
    type: 'object',
    required: ['to'],
    properties: {
      to: { type: 'string', format: 'email' },
      copies: { type: 'integer', minimum: 1 },
      inner: { type: 'object', properties: { deep: { type: 'boolean' } }, required: ['deep'] },
    },
  },
  output: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'integer' }, note: { type: 'string' } },
  },
};
const LINKED: CalledModule = {
  input: { $ref: '#/$defs/a', $defs: { a: { type: 'object' } } },
  output: { type: 'object', properties: { a: { $ref: '#/properties/b' }, b: {} } },
};

function describeRun(steps: string, id?: string): RunDescription {
  const text = `modules: [{ module: mail }, { module: linked }]\n${steps}`;
  const diagnostics = new Diagnostics();
  const document = loadFlow({ kind: 'text', path: '/f/main.phlow', text }, memoryFiles({}), diagnostics);
  const plan = compilePlan(document, compilerFor({ modules: new Map() }), diagnostics);
  diagnostics.check();
  return new RunDescriber(plan, (name) => ({ mail: MAIL, linked: LINKED })[name]).describe(id);
}

const resultsOf = (steps: string, id?: string): unknown => describeRun(steps, id).results;

describe('what main has to be', () => {
  test('is what the first module takes, where main is handed on as it is', () => {
    expect(describeRun('steps: [{ use: mail, input: main.body }]').main).toEqual({
      type: 'object',
      properties: { body: MAIL.input },
      required: ['body'],
    });
  });

  test('is put together from the members that are handed on', () => {
    const steps = `
steps:
  - mail: { to: main.body.address, copies: main.query_params["n"], inner: { deep: main.body.deep } }`;
    expect(describeRun(steps).main).toEqual({
      type: 'object',
      properties: {
        body: {
          type: 'object',
          properties: { address: { type: 'string', format: 'email' }, deep: { type: 'boolean' } },
          required: ['address'],
        },
        query_params: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } },
      },
      required: ['body'],
    });
  });

  test('says nothing of what is computed, of what comes behind a condition, and of schemas that lead elsewhere', () => {
    expect(describeRun('steps: [{ use: mail, input: { to: main.body.to + "!" } }]').main).toEqual({});
    const steps = `
steps:
  - assert: main.x
    then: { return: 1 }
  - mail: { to: main.body }`;
    expect(describeRun(steps).main).toEqual({});
    expect(describeRun('steps: [{ use: linked, input: main.body }]').main).toEqual({});
  });
});

describe('what runs come to', () => {
  test('is a schema for each way in which they end', () => {
    const steps = `
steps:
  - id: sent
    mail: { to: main.to }
  - assert: main.fails
    then: { return: { status_code: 404 } }
  - return: { status_code: 201, body: { id: steps.sent.id, note: payload.note, text: \`got \${main.to}\` } }`;
    const closed = { type: 'object', additionalProperties: false };
    expect(resultsOf(steps)).toEqual([
      { ...closed, properties: { status_code: { const: 404 } }, required: ['status_code'] },
      {
        ...closed,
        required: ['status_code', 'body'],
        properties: {
          status_code: { const: 201 },
          body: {
            ...closed,
            required: ['id', 'note', 'text'],
            properties: {
              id: { type: 'integer' },
              note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
              text: { type: 'string' },
            },
          },
        },
      },
    ]);
  });

  test('is the reply of the last module without a return', () => {
    expect(resultsOf('steps: [{ mail: { to: "a" } }]')).toEqual([MAIL.output]);
    expect(resultsOf('steps: [{ mail: { to: "a" } }, { payload: payload.id }]')).toEqual([
      { type: 'integer' },
    ]);
    expect(resultsOf('steps: [{ linked: { to: "a" } }]')).toEqual([{}]);
  });

  test('is unknown where ways with different outputs meet, and behind a step that may be skipped', () => {
    const meeting = `
steps:
  - assert: main
    then: { payload: "text" }
    else: { mail: { to: "a" } }
  - log.info: met`;
    expect(resultsOf(meeting)).toEqual([{}]);
    expect(resultsOf('steps: [{ assert: main, payload: 1 }]')).toEqual([{}]);
    expect(resultsOf('steps: [{ payload: 1 }, { assert: main, payload: 1 }]')).toEqual([{ const: 1 }]);
  });

  test('follows jumps, loops and errors, and the on_error of the flow', () => {
    const steps = `
steps:
  - id: again
    mail: { to: "a" }
    on_error: { return: 1 }
  - assert: main.again
    to: again
  - return: "done"
on_error:
  - return: { status_code: 502 }`;
    const results = resultsOf(steps) as readonly unknown[];
    expect(results).toHaveLength(3);
    expect(results).toContainEqual({ const: 'done' });
    expect(results).toContainEqual({ const: 1 });
    expect(results).toContainEqual(expect.objectContaining({ properties: { status_code: { const: 502 } } }));
  });

  test('is the head of a stream, which says so', () => {
    const head = { type: 'object', properties: {}, additionalProperties: false, stream: true };
    expect(resultsOf('steps: [{ use: mail, stream: true }]')).toEqual([head]);
    expect(resultsOf('steps: [{ use: mail, stream: true, return: { status_code: 206 } }]')).toEqual([
      { ...head, properties: { status_code: { const: 206 } }, required: ['status_code'] },
    ]);
  });

  test('starts at the step that is asked for; of one that is not there nothing is known', () => {
    const steps = 'steps: [{ return: 1 }, { id: second, return: 2 }]';
    expect(resultsOf(steps, 'second')).toEqual([{ const: 2 }]);
    expect(resultsOf(steps, 'third')).toEqual([{}]);
  });

  test('is not followed through very many steps', () => {
    const steps = Array.from({ length: 600 }, () => '  - payload: 1').join('\n');
    expect(resultsOf(`steps:\n${steps}`)).toEqual([{}]);
  });
});
