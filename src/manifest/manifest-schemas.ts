import type { JsonSchema } from './dialect.js';
import type { Manifest } from './manifest.js';
import { pointerTo } from './pointer.js';

/** A schema that a manifest has. */
export interface ManifestSchema {
  /** What it describes, as messages call it: `with`, `input`, `output`, `events.TYPE`. */
  readonly subject: string;
  /** JSON pointer to where it stands. */
  readonly pointer: string;
  readonly schema: JsonSchema;
  /** True for the data of an event. */
  readonly isOfEvent: boolean;
}

/** The keys of a manifest that are one schema each. */
export const SCHEMA_KEYS = ['with', 'input', 'output'] as const;

/** All schemas of a manifest, in the order in which they are checked. */
export function schemasOf(
  manifest: Pick<Manifest, (typeof SCHEMA_KEYS)[number] | 'events'>,
): readonly ManifestSchema[] {
  const own = SCHEMA_KEYS.flatMap((key) => {
    const schema = manifest[key];
    return schema === undefined ? [] : [{ subject: key, pointer: `/${key}`, schema, isOfEvent: false }];
  });
  const ofEvents = Object.entries(manifest.events).map(([type, { data }]) => ({
    subject: eventSubject(type),
    pointer: eventPointer(type),
    schema: data,
    isOfEvent: true,
  }));
  return [...own, ...ofEvents];
}

/** Where the schema of an event stands. */
export function eventPointer(type: string): string {
  return pointerTo('/events', type);
}

/** What messages call the schema of an event. */
export function eventSubject(type: string): string {
  return `events.${type}`;
}
