import { expect, test } from '@jest/globals';
import { manifestWarnings } from '../../src/manifest/manifest-warnings.js';
import { parseManifest } from '../../src/manifest/parse.js';

const warnings = (text: string): readonly string[] => {
  const manifest = parseManifest(`name: x\n${text}\n`, 'phlow.yaml');
  return manifestWarnings(manifest).map(({ message, pointer }) => {
    const { line, column } = manifest.placeOf(pointer);
    return `${line}:${column} ${message}`;
  });
};

test.each([
  [
    'with: { properties: { a: { minimum: 5, maximum: 2 } } }',
    '2:28 with.properties.a lets no value pass: minimum is 5 and maximum 2',
  ],
  [
    'input: { exclusiveMinimum: 5, maximum: 5 }',
    '2:10 input lets no value pass: exclusiveMinimum is 5 and maximum 5',
  ],
  [
    'input: { type: string, minLength: 3, maxLength: 2 }',
    '2:24 input lets no value pass: minLength is 3 and maxLength 2',
  ],
  [
    'output: { items: { minItems: 2, maxItems: 1 } }',
    '2:20 output.items lets no value pass: minItems is 2 and maxItems 1',
  ],
  ['input: { type: string, minimum: 5 }', '2:24 input has "minimum", which says nothing about type string'],
  ['input: { if: { type: string } }', '2:10 input has "if" without "then" and "else": it decides nothing'],
  [
    'input: { format: e-mail }',
    '2:10 input has the format "e-mail", which is not checked. Did you mean "email"?',
  ],
  [
    'limits: { memory: 64 }',
    '2:11 limits.memory is 64 bytes, in which no module starts: write its unit, such as 64MiB',
  ],
  ['timeouts: { call: 5 }', '2:13 timeouts.call is 5 milliseconds: write its unit, such as 5s'],
  ['limits: { call: 2 }', '2:11 limits.call is 2 milliseconds: write its unit, such as 2s'],
])('%s is warned of', (text, warning) => {
  expect(warnings(text)).toEqual([warning]);
});

test.each([
  'input: { minimum: 5, maximum: 5 }',
  'input: { type: [string, integer], minimum: 5, minLength: 2 }',
  'input: { if: { type: string }, then: { minLength: 3 } }',
  'input: { anyOf: [{ required: [a] }, { required: [b] }] }',
  'limits: { memory: 64MiB, call: 2s }\ntimeouts: { load: 5000, call: 1000 }',
])('%s is not', (text) => {
  expect(warnings(text)).toEqual([]);
});
