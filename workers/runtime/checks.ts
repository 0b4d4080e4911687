import { validatorFromCode, type Validator } from '../../src/manifest/validator.js';
import type { BootData } from '../../src/wire/boot-data.js';

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
