import { PhlowError } from '../../errors.js';
import { boundedRun } from '../../manifest/bounded-run.js';
import { compileValidator } from '../../manifest/compile-validator.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import { discriminatorOf } from '../../manifest/types/actions.js';
import type { Validator } from '../../manifest/validator.js';
import { didYouMean } from '../../nearest.js';
import { flatSchemaOf, SchemaParts } from '../schema/schema-parts.js';
import { fastCheck, type Arbitrary } from './fast-check.js';
import { hostileValues } from './hostile-values.js';
import { ValidValues } from './valid-values.js';

/** What one check may take; it is a second or two. */
const MAX_STEPS = 50_000_000;

/** One input of a sequence. */
export interface FuzzInput {
  /** The action it was made for; `input` where a module has no actions. */
  readonly action: string;
  readonly input: unknown;
  /** True for one that was made to break something, whether the manifest allows it or not. */
  readonly isHostile: boolean;
}

/** What inputs are made from, and what the manifest says of each. */
export interface InputPlan {
  readonly inputs: Arbitrary<FuzzInput>;
  readonly actions: readonly string[];
  /** Keywords and patterns without a generator: values are made without them, and those that break them are left out. */
  readonly unsupported: readonly string[];
  /** Actions for which no value can be made. */
  readonly impossible: readonly string[];
  /** Whether the manifest allows an input; undefined where it cannot be found out in time. */
  isValid(input: unknown): boolean | undefined;
  /** Whether it may be sent: what the manifest allows and `only` does not stays here. */
  isWanted(input: unknown): boolean;
}

/** Narrows the inputs. */
export interface PlanOptions {
  readonly action?: string | undefined;
  /** A schema that the inputs which the manifest allows have to meet as well. */
  readonly only?: JsonSchema | undefined;
}

/** Works out the inputs of a module from its manifest. Throws PHLOW_USAGE for an action that it does not have. */
export function inputPlan(
  manifest: Pick<Manifest, 'name' | 'input' | 'inputOptional'>,
  options: PlanOptions = {},
): InputPlan {
  const fc = fastCheck();
  const { input = {}, inputOptional, name } = manifest;
  const { only = {} } = options;
  const schema = new SchemaParts(input);
  const discriminator = discriminatorOf(flatSchemaOf(schema));
  const kinds = discriminator?.values ?? [WHOLE];
  const { action } = options;
  if (action !== undefined && (discriminator === undefined || !kinds.includes(action)))
    throw new PhlowError(
      'PHLOW_USAGE',
      discriminator === undefined
        ? `Module "${name}" has no actions: leave out --action`
        : `Module "${name}" has no action "${action}": it has ${kinds.join(', ')}.${didYouMean(action, kinds)}`,
    );
  const unsupported = new Set<string>();
  const impossible: string[] = [];
  const all: Arbitrary<FuzzInput>[] = [];
  for (const kind of action === undefined ? kinds : [action]) {
    const decided = discriminator === undefined ? undefined : { name: discriminator.name, value: kind };
    const values = new ValidValues(fc, schema, decided);
    const isOfKind =
      decided === undefined
        ? {}
        : { properties: { [decided.name]: { const: kind } }, required: [decided.name] };
    const valid = values.of(schema.root, isOfKind, only);
    for (const keyword of values.unsupported) unsupported.add(keyword);
    if (valid === undefined) impossible.push(kind);
    const made = (value: unknown, isHostile: boolean): FuzzInput => ({
      action: kind,
      input: value,
      isHostile,
    });
    all.push(
      fc.oneof(
        ...(valid === undefined ? [] : [{ arbitrary: valid.map((value) => made(value, false)), weight: 3 }]),
        {
          arbitrary: hostileValues(fc, valid ?? fc.constant({})).map((value) => made(value, true)),
          weight: 1,
        },
      ),
    );
  }
  const isAllowed = checkOf(input, inputOptional);
  const isOnly = checkOf(only, true);
  return {
    inputs: fc.oneof(...all),
    actions: action === undefined ? kinds : [action],
    unsupported: [...unsupported],
    impossible,
    isValid: isAllowed,
    isWanted: (value) => isAllowed(value) === false || (isAllowed(value) === true && isOnly(value) === true),
  };
}

const WHOLE = 'input';

function checkOf(schema: JsonSchema, optional: boolean): (value: unknown) => boolean | undefined {
  const validator: Validator = compileValidator(schema, { optional });
  return (value) => {
    try {
      // A check fills in defaults.
      return boundedRun(() => validator(structuredClone(value)) === undefined, MAX_STEPS, tooSlow);
    } catch (error) {
      if (error instanceof PhlowError) return undefined;
      throw error;
    }
  };
}

function tooSlow(reason: string, cause: unknown): PhlowError {
  return new PhlowError('PHLOW_INPUT_INVALID', reason, { cause });
}
