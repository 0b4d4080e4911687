import { describe, expect, test } from '@jest/globals';
import { manifestWarnings } from '../../src/manifest/manifest-warnings.js';
import { answerTo, manifestFrom } from '../../src/manifest/checks-beside.js';
import { parseManifest } from '../../src/manifest/parse.js';

const problemOf = (text: string): string => {
  try {
    parseManifest(text, 'phlow.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

const EVENTS = 'name: a\nevents:\n  done: { type: integer, required: true }\n  moved.to: { type: object }\n';

describe('events in a manifest', () => {
  test('have a schema each, in the dialect of all schemas', () => {
    expect(parseManifest(EVENTS, 'phlow.yaml').events).toEqual({
      done: { data: { type: 'integer' }, isOptional: false },
      'moved.to': { data: { type: 'object' }, isOptional: true },
    });
    expect(parseManifest('name: a\n', 'phlow.yaml').events).toEqual({});
  });

  test.each([
    ['events: { __proto__: { type: any } }', /the name "__proto__" is reserved/],
    ['events: { _a: { type: any } }', /an event is named by letters/],
    ['events: { "a b": { type: any } }', /an event is named by letters/],
    [`events: { ${'a'.repeat(65)}: { type: any } }`, /an event is named by letters/],
    ['events: { done: 7 }', /events\.done/],
    ['events: { done: }', /events\.done/],
    ['events: { done: { typ: integer } }', /events\.done/],
    [
      'events: { done: { type: object, properties: { a: { type: integer, default: x } } } }',
      /events\.done\..*default/,
    ],
    ["events: { done: { $ref: '#/nowhere' } }", /events\.done refers to #\/nowhere/],
  ])('%s is refused with its place', (line, message) => {
    expect(problemOf(`name: a\n${line}\n`)).toMatch(message);
  });

  test('are warned of where no data can pass', () => {
    const manifest = parseManifest(
      'name: a\nevents: { done: { type: integer, minimum: 5, maximum: 2 } }\n',
      'f',
    );
    expect(manifestWarnings(manifest)).toEqual([
      { message: expect.stringMatching(/^events\.done lets no value pass/), pointer: '/events/done/minimum' },
    ]);
  });

  test('cross from the thread that checks large manifests', () => {
    const here = { ...parseManifest(EVENTS, 'phlow.yaml'), placeOf: undefined };
    const answer = structuredClone(answerTo({ text: EVENTS, file: 'phlow.yaml', additions: [] }));
    const beside = manifestFrom(answer, EVENTS, 'phlow.yaml');
    expect({ ...beside, placeOf: undefined }).toEqual(here);
    expect(beside.placeOf('/events/done').line).toBe(3);
  });
});
