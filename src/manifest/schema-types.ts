import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';

/** The types that a schema allows; none where it allows all. */
export function typesOf({ type, nullable }: JsonSchema): readonly string[] {
  const types = (Array.isArray(type) ? type : type === undefined ? [] : [type]).map(String);
  return nullable === true && types.length > 0 && !types.includes('null') ? [...types, 'null'] : types;
}

/** True for a value of the type. */
export function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMap(value);
    default:
      return typeof value === type;
  }
}
