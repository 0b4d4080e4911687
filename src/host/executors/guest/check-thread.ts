import { validatorFromCode, type Validator } from '../../../manifest/validator.js';
import { UP, type Refusal, opOf } from '../../../wire/protocol.js';
import { parseSafely } from '../../../wire/safe-json.js';
import { batchOf, encodeBatch, OWN_DEPTH } from '../../../wire/text-codec.js';
import { refusalOf, type Checked, type CheckTask } from './output-check.js';

/** Checks that were made in this thread, by their code: a thread serves a few modules. */
const made = new Map<string, Validator>();
const MAX_MADE = 50;

/** The work of a thread that checks replies beside the host's own: nothing here is waited for by anybody but the module that sent them. */
export default function check({ module, text, maxDepth, schema, code, isOptional }: CheckTask): Checked {
  const begun = performance.now();
  const validator =
    made.get(code) ?? validatorFromCode(code, schema, { subject: 'output', optional: isOptional });
  if (made.size >= MAX_MADE) made.clear();
  made.set(code, validator);
  const batch = batchOf(parseSafely(text, maxDepth + OWN_DEPTH)) as unknown[];
  const refusals: [number, Refusal][] = [];
  for (let i = 0; i < batch.length; i += 2) {
    if (opOf(batch[i] as number) !== UP.reply) continue;
    const violations = validator(batch[i + 1]);
    if (violations === undefined) continue;
    refusals.push([i, refusalOf(module, violations)]);
    // It is not shown to anyone and need not be written again.
    batch[i + 1] = undefined;
  }
  const hasDefaults = JSON.stringify(schema).includes('"default"');
  return {
    refusals,
    text: hasDefaults ? encodeBatch(batch, { maxLength: Infinity, maxDepth }) : undefined,
    ms: performance.now() - begun,
  };
}
