import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { definitionOf, type Definition } from './definition.js';

/** Imports a module's entry; the only place that runs foreign code for the first time. */
export async function loadDefinition(entry: string): Promise<Definition> {
  // Compiled code with a map beside it: stacks are to name the author's own files. Not for all, since it makes stacks slower.
  if (existsSync(`${fileURLToPath(entry)}.map`)) process.setSourceMapsEnabled(true);
  return definitionOf((await import(entry)) as Record<string, unknown>, entry);
}
