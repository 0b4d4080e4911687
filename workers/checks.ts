import { compileValidator, type Validator } from '../src/manifest/validator.js';
import type { BootData } from '../src/wire/boot-data.js';

/** The check for inputs; undefined when the manifest has no schema for them. */
export function inputCheck(boot: BootData<unknown>): Validator | undefined {
  if (boot.input === undefined) return undefined;
  return compileValidator(boot.input as never, { subject: 'input', optional: boot.isInputOptional });
}

/** The check for replies; undefined when they are not to be checked. */
export function outputCheck(boot: BootData<unknown>): Validator | undefined {
  return boot.output === undefined
    ? undefined
    : compileValidator(boot.output as never, { subject: 'output', optional: boot.isOutputOptional });
}
