import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { definitionOf, type Definition } from './definition.js';
import { validatorFromCode, type Validator } from '../../src/manifest/validator.js';
import type { BootData } from '../../src/wire/boot-data.js';

/** Imports a module's entry; the only place that runs foreign code for the first time. */
export async function loadDefinition(entry: string): Promise<Definition> {
  // Compiled code with a map beside it: stacks are to name the author's own files. Not for all, since it makes stacks slower.
  if (existsSync(`${fileURLToPath(entry)}.map`)) process.setSourceMapsEnabled(true);
  return definitionOf((await import(entry)) as Record<string, unknown>, entry);
}

/** The part of a module's boot data that says what its packages must look like. */
type Checked = Pick<BootData<unknown>, 'input' | 'output' | 'isInputOptional' | 'isOutputOptional'>;

/** The check for inputs; undefined when the manifest has no schema for them. */
export function inputCheck({ input, isInputOptional }: Checked): Validator | undefined {
  if (input === undefined) return undefined;
  return validatorFromCode(input.code, input.schema, { subject: 'input', optional: isInputOptional });
}

/** The check for replies; undefined when they are not to be checked. */
export function outputCheck({ output, isOutputOptional }: Checked): Validator | undefined {
  if (output === undefined) return undefined;
  return validatorFromCode(output.code, output.schema, { subject: 'output', optional: isOutputOptional });
}
