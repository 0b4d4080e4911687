import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../src/errors.js';
import { compileProgram } from '../../src/phs/program.js';
import type { Scope } from '../../src/phs/interpreter/scope.js';
import { compileTemplate } from '../../src/phs/template.js';
import { toValue, typeName, type PhsValue } from '../../src/phs/values/value.js';
import { isMap } from '../../src/values.js';
import { PHS_EXCEPTIONS } from './phs-exceptions.js';
import type { VectorRunner } from './runner.js';

/** YAML read with bigints: ints that are safe numbers become such, as phs has them. */
function normal(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(normal);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
}

/** Equal as JSON-like values: the kind of a number shows in `type` only, maps have no order. */
function same(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'number' && typeof expected === 'bigint') return actual === Number(expected);
  return isDeepStrictEqual(actual, expected);
}

function evaluate(vector: Record<string, unknown>): PhsValue {
  const scope = (normal(vector['scope']) ?? {}) as Scope;
  if (vector['mode'] === 'template') return compileTemplate(normal(vector['code'])).evaluate(scope);
  return compileProgram(String(vector['code']), { print: () => undefined }).run(scope);
}

function check(vector: Record<string, unknown>): void {
  const contained = vector['error_contains'];
  if (typeof contained === 'string') {
    let value: unknown;
    try {
      value = toValue(evaluate(vector));
    } catch (error) {
      const message = messageOf(error);
      if (message.includes(contained)) return;
      throw new Error(`wanted an error with "${contained}", got the error: ${message}`, { cause: error });
    }
    throw new Error(`wanted an error with "${contained}", got ${show(value)}`);
  }
  const result = evaluate(vector);
  const value = toValue(result);
  const expected = normal(vector['expect']);
  if (!same(value, expected)) throw new Error(`wanted ${show(expected)}, got ${show(value)}`);
  const type = vector['type'];
  if (PHS_EXCEPTIONS.some(({ name }) => name === vector['name'])) return;
  if (typeof type === 'string' && typeName(result) !== type) {
    throw new Error(`wanted type ${type}, got ${typeName(result)}`);
  }
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}

/** Runs the vectors of phs.yaml: one expression or template each. */
export const phsRunner: VectorRunner = {
  intAsBigInt: true,
  nameOf: (vector, index) => (typeof vector['name'] === 'string' ? vector['name'] : `#${index}`),
  check: async (vector) => check(vector),
};
