import { describe, expect, test } from '@jest/globals';
import { definitionOf } from '../../../workers/runtime/definition.js';

const handler = (): number => 1;

describe('definitionOf()', () => {
  test('takes a function, a definition, and either as a compiled CommonJS file exports it', () => {
    const definition = { handler, stop: () => undefined };
    expect(definitionOf({ default: handler }, 'a').handler).toBe(handler);
    expect(definitionOf({ default: definition }, 'a')).toBe(definition);
    expect(definitionOf({ default: { __esModule: true, default: definition } }, 'a')).toBe(definition);
  });

  test.each([[undefined], [5], [{ handlr: handler }]])('refuses %j', (found) => {
    expect(() => definitionOf({ default: found }, 'a')).toThrow('its default export is');
  });

  test('names a key that is almost one of the parts where there is no part', () => {
    expect(() => definitionOf({ default: { handlr: handler } }, './index.js')).toThrow(
      'it has "handlr". Did you mean "handler"?',
    );
  });

  test('refuses a function that nothing would call, under a name that is almost one of the parts', () => {
    const misspelt = { default: { handler, strat: () => 1 } };
    expect(() => definitionOf(misspelt, './index.js')).toThrow(
      'Cannot use ./index.js as a module: its default export has a function "strat", which nothing calls. Did you mean "start"?',
    );
  });

  test('leaves everything else that an author keeps beside the parts alone', () => {
    const definition = { handler, version: '1', helper: () => 1, strat: 5 };
    expect(definitionOf({ default: definition }, 'a')).toBe(definition);
  });
});
