import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { ROOT_KEYS } from '../../src/flow/document/read-document.js';
import { MODULE_KEYS } from '../../src/flow/document/read-modules.js';
import { STEP_KEYS } from '../../src/flow/document/step-keys.js';
import { parseFlowText } from '../../src/flow/load-text.js';
import { valueOf } from '../../src/flow/node.js';
import { DISK } from '../../src/flow/source/flow-files.js';
import { MOCK_KEYS } from '../../src/flow/tests/mocks.js';
import { CASE_KEYS, GROUP_KEYS } from '../../src/flow/tests/test-tree.js';
import { flowSchemaText } from '../../src/index.js';
import type { Value } from '../../src/values.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SCHEMA = JSON.parse(flowSchemaText()) as {
  properties: object;
  definitions: Record<string, { properties: object; anyOf: { properties: object }[] }>;
};
const validate = new Ajv({ allowUnionTypes: true, strictRequired: false, strictTypes: false }).compile(
  SCHEMA,
);

function problems(flow: Value): string[] {
  validate(flow);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

function parsed(path: string, text: string): Value {
  return valueOf(parseFlowText({ path, text }, DISK));
}

/** Flows that are right: those of the examples and fixtures, and every block of the docs. */
const FILES = ['examples', 'test/fixtures/flows']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(ROOT, folder, name),
    ),
  )
  .filter(
    (path) =>
      /\.(?:phlow|yaml|json)$/.test(path) &&
      !/[/\\](?:parts|phlow_packages|stuck)[/\\]|(?:phlow\.yaml|package\.json)$/.test(path),
  )
  .filter((path) => !readFileSync(path, 'utf8').includes('# fails:'));

const BLOCKS = ['flows.md', 'testing.md', 'spec/flow.md'].flatMap((page) =>
  [...readFileSync(join(ROOT, 'docs', page), 'utf8').matchAll(/^(`{3,})yaml\n([^]*?)^\1$/gm)].map(
    ([, , text = ''], index) =>
      [`${page} block ${index + 1}`, text.replace(/^ *!include.*$/m, '  []')] as const,
  ),
);

describe('the schema of flows', () => {
  test.each(FILES)('accepts %s', (path) => {
    expect(problems(parsed(path, readFileSync(path, 'utf8')))).toEqual([]);
  });

  test.each(BLOCKS.filter(([, text]) => !text.includes('  []\n  -')))('accepts docs: %s', (_, text) => {
    expect(problems(parsed('flow.phlow', text))).toEqual([]);
  });

  test.each<[string, Value]>([
    ['no steps', {}],
    ['steps that are no list', { steps: {} }],
    ['a step that is no mapping', { steps: [5] }],
    ['a branch that is text', { steps: [{ assert: true, then: 'x' }] }],
    ['a timeout that is no length of time', { steps: [{ timeout: 'soon' }] }],
    ['a retry with an unknown key', { steps: [{ retry: { cuont: 1 } }] }],
    ['a for_each without steps', { steps: [{ for_each: { in: [] } }] }],
    ['a module without a name', { modules: [{}], steps: [] }],
    ['a mock with both reply and error', { mocks: { a: { reply: 1, error: 'x' } }, steps: [] }],
    ['a mock of a case without an answer', { steps: [], tests: [{ mocks: { a: [{ input: 1 }] } }] }],
    ['an advance of a step by a word', { steps: [], tests: [{ advance: { a: 'long' } }] }],
  ])('refuses %s', (_, flow) => {
    expect(problems(flow)).not.toEqual([]);
  });

  test('knows every key that the engine knows, and no other', () => {
    const keys = (properties: object): string[] => Object.keys(properties).sort();
    const { definitions } = SCHEMA;
    expect(keys(SCHEMA.properties)).toEqual([...ROOT_KEYS].sort());
    expect(keys(definitions['step']!.properties)).toEqual([...STEP_KEYS].sort());
    expect(keys(definitions['module']!.anyOf[1]!.properties)).toEqual([...MODULE_KEYS].sort());
    expect(keys(definitions['test']!.properties)).toEqual([...new Set([...GROUP_KEYS, ...CASE_KEYS])].sort());
    expect(keys(definitions['mock']!.properties)).toEqual([...MOCK_KEYS].sort());
  });
});
