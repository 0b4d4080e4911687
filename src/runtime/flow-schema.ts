import { readFileSync } from 'node:fs';

/** The JSON Schema (draft 7) of flow files, as text; the same as `schemas/flow.schema.json` of the package. */
export function flowSchemaText(): string {
  return readFileSync(new URL('../../../schemas/flow.schema.json', import.meta.url), 'utf8');
}
