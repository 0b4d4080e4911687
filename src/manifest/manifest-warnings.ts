import { didYouMean } from '../nearest.js';
import type { JsonSchema } from './dialect.js';
import type { Manifest } from './manifest.js';
import { schemasOf } from './manifest-schemas.js';
import { pathText, pointerTo } from './pointer.js';
import { visitSchemas } from './schema-keywords.js';
import { STEP_FORMAT } from './step-references.js';
import { STRING_FORMATS } from './string-formats.js';

/** Something in a manifest that is allowed and hardly meant. */
export interface ManifestWarning {
  readonly message: string;
  /** JSON pointer to what the warning is about. */
  readonly pointer: string;
}

/** Lower and upper bounds of one thing: nothing fits where the lower one is above the other. */
const BOUNDS: readonly (readonly [lower: string, upper: string, isExclusive: boolean])[] = [
  ['minimum', 'maximum', false],
  ['minimum', 'exclusiveMaximum', true],
  ['exclusiveMinimum', 'maximum', true],
  ['exclusiveMinimum', 'exclusiveMaximum', true],
  ['minLength', 'maxLength', false],
  ['minItems', 'maxItems', false],
  ['minProperties', 'maxProperties', false],
  ['minContains', 'maxContains', false],
];

/** The types of values that a keyword says something about. */
const TYPES_OF: Readonly<Record<string, readonly string[]>> = {
  multipleOf: ['number', 'integer'],
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
  exclusiveMinimum: ['number', 'integer'],
  exclusiveMaximum: ['number', 'integer'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  format: ['string'],
  items: ['array'],
  prefixItems: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
  contains: ['array'],
  properties: ['object'],
  patternProperties: ['object'],
  additionalProperties: ['object'],
  propertyNames: ['object'],
  minProperties: ['object'],
  maxProperties: ['object'],
};

/** No module starts with less. */
const MIN_PLAUSIBLE_BYTES = 1_048_576;
/** A number without a unit is milliseconds: less than this is meant as seconds. */
const MIN_PLAUSIBLE_MS = 100;

/** What in a manifest is allowed and hardly meant: rules that nothing or everything fits, sizes and times that lack their unit. */
export function manifestWarnings(manifest: Manifest): readonly ManifestWarning[] {
  const warnings: ManifestWarning[] = [];
  for (const { subject, pointer: at, schema } of schemasOf(manifest)) {
    visitSchemas(schema, '', (held, pointer) => {
      for (const [said, keyword] of schemaWarnings(held)) {
        warnings.push({
          message: `${pathText(subject, pointer)} ${said}`,
          pointer: `${at}${pointerTo(pointer, keyword)}`,
        });
      }
    });
  }
  return [...warnings, ...measureWarnings(manifest)];
}

function* schemaWarnings(schema: JsonSchema): Generator<readonly [said: string, keyword: string]> {
  for (const [lower, upper, isExclusive] of BOUNDS) {
    const [least, most] = [schema[lower], schema[upper]];
    if (typeof least !== 'number' || typeof most !== 'number') continue;
    if (least > most || (isExclusive && least === most)) {
      yield [`lets no value pass: ${lower} is ${least} and ${upper} ${most}`, lower];
    }
  }
  const types: unknown[] | undefined = schema['type'] === undefined ? undefined : [schema['type']].flat();
  for (const keyword of Object.keys(schema)) {
    const about = Object.hasOwn(TYPES_OF, keyword) ? TYPES_OF[keyword] : undefined;
    if (about === undefined || types === undefined || types.some((type) => about.includes(String(type))))
      continue;
    yield [`has "${keyword}", which says nothing about type ${types.join(', ')}`, keyword];
  }
  const { if: condition, format } = schema;
  if (condition !== undefined && schema['then'] === undefined && schema['else'] === undefined) {
    yield ['has "if" without "then" and "else": it decides nothing', 'if'];
  }
  if (typeof format === 'string' && format !== STEP_FORMAT && !Object.hasOwn(STRING_FORMATS, format)) {
    yield [
      `has the format "${format}", which is not checked.${didYouMean(format, Object.keys(STRING_FORMATS))}`,
      'format',
    ];
  }
}

function* measureWarnings({ limits, timeouts }: Manifest): Generator<ManifestWarning> {
  const { memoryBytes } = limits;
  if (memoryBytes !== undefined && memoryBytes < MIN_PLAUSIBLE_BYTES) {
    const message = `limits.memory is ${memoryBytes} bytes, in which no module starts: write its unit, such as ${memoryBytes}MiB`;
    yield { message, pointer: '/limits/memory' };
  }
  const times: readonly (readonly [name: string, ms: number | undefined])[] = [
    ['limits.call', limits.callMs],
    ['timeouts.load', timeouts.loadMs],
    ['timeouts.call', timeouts.callMs],
    ['timeouts.stop', timeouts.stopMs],
  ];
  for (const [name, ms] of times) {
    if (ms === undefined || ms >= MIN_PLAUSIBLE_MS) continue;
    yield {
      message: `${name} is ${ms} milliseconds: write its unit, such as ${ms}s`,
      pointer: `/${name.replace('.', '/')}`,
    };
  }
}
