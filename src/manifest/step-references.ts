import { didYouMean } from '../nearest.js';
import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';

/** The format of a setting that is the id of a step of the flow whose main the module is. */
export const STEP_FORMAT = 'step';

/** A setting that names a step. */
interface StepReference {
  /** As `routes[0].to`. */
  readonly path: string;
  readonly id: string;
}

/** The ids of the steps that settings name. */
export function stepsNamed(schema: JsonSchema | undefined, settings: unknown): readonly string[] {
  return schema === undefined ? [] : referencesIn(schema, settings, '').map(({ id }) => id);
}

/**
 * What is wrong with settings that name a step which the flow does not have, as one sentence; undefined when all are there. What `isComputed` says is left
 * out: nobody knows yet what it comes to.
 */
export function unknownStep(
  schema: JsonSchema | undefined,
  settings: unknown,
  ids: ReadonlySet<string>,
  isComputed: (text: string) => boolean = () => false,
): string | undefined {
  if (schema === undefined) return undefined;
  const wrong = referencesIn(schema, settings, '').find(({ id }) => !ids.has(id) && !isComputed(id));
  return wrong && `${wrong.path} names a step that is not there: "${wrong.id}".${didYouMean(wrong.id, ids)}`;
}

function referencesIn(schema: JsonSchema, value: unknown, path: string): readonly StepReference[] {
  if (typeof value === 'string') return schema['format'] === STEP_FORMAT ? [{ path, id: value }] : [];
  const { items, properties } = schema;
  if (Array.isArray(value) && isMap(items))
    return value.flatMap((item, i) => referencesIn(items, item, `${path}[${i}]`));
  if (!isMap(value) || !isMap(properties)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return isMap(inner) ? referencesIn(inner, member, path === '' ? name : `${path}.${name}`) : [];
  });
}
