import { definitionOf, type Definition } from './definition.js';

/** Imports a module's entry; the only place that runs foreign code for the first time. */
export async function loadDefinition(entry: string): Promise<Definition> {
  return definitionOf((await import(entry)) as Record<string, unknown>, entry);
}
