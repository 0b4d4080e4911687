import { messageOf, PhlowError } from '../errors.js';
import type { Violation } from '../sdk/violation.js';
import { isMap, type ValueMap } from '../values.js';
import { obstacleIn } from '../wire/obstacle.js';
import { boundedRun } from './bounded-run.js';
import type { Manifest } from './manifest.js';
import { compileValidator } from './compile-validator.js';
import type { Violations } from './validator.js';
import { shortText } from './violation-text.js';

/** What a check may take: a second or two. */
const MAX_STEPS = 50_000_000;

/** What settings are checked against. */
export type Settable = Pick<Manifest, 'name' | 'with'>;

/**
 * Checks a module's settings and fills in the manifest's defaults. Absent or null settings are `{}`, unless the schema has a message
 * for `absent`; what was given is left untouched.
 *
 * @param maxSteps what the check may take, where its schema can be slow
 * @throws PhlowError PHLOW_WITH_INVALID, its message holding the first violation's, `details.violations` all of them.
 */
export function validateWith(manifest: Settable, given: unknown, maxSteps = MAX_STEPS): ValueMap {
  // Who has a text for settings that are not given does not take none of them.
  const isMissing = (given ?? undefined) === undefined && saysAbsent(manifest.with);
  const settings = isMissing ? undefined : copyOf(manifest, given ?? {});
  const violations = violationsOf(manifest, settings, maxSteps);
  if (violations !== undefined) throw refused(manifest, violations);
  if (isMap(settings)) return settings as ValueMap;
  // The schema comes first because it may have a text of its own for this.
  const message = `with must be an object: found ${shortText(settings)}`;
  throw refused(manifest, [{ path: '', keyword: 'type', message }]);
}

function saysAbsent(schema: Settable['with']): boolean {
  const messages = schema?.['messages'];
  return isMap(messages) && Object.hasOwn(messages, 'absent');
}

function violationsOf(manifest: Settable, settings: unknown, maxSteps: number): Violations | undefined {
  const schema = manifest.with;
  if (schema === undefined) return undefined;
  return boundedRun(
    () => compileValidator(schema, { subject: 'with' })(settings),
    maxSteps,
    (reason, cause) =>
      new PhlowError(
        'PHLOW_WITH_INVALID',
        `Cannot check the settings of module "${manifest.name}": ${reason}`,
        {
          cause,
          details: { module: manifest.name, violations: [] },
        },
      ),
  );
}

/** A copy of their own: defaults are written into it, and nobody can change it behind the module's back. */
function copyOf(manifest: Settable, given: unknown): unknown {
  try {
    const obstacle = obstacleIn(given, 'with', true);
    if (obstacle !== undefined) throw new Error(`${obstacle.path} ${obstacle.problem}`);
    return structuredClone(given);
  } catch (error) {
    const message = `with must be plain data: ${messageOf(error)}`;
    throw refused(manifest, [{ path: '', keyword: 'type', message }], error);
  }
}

function refused(manifest: Settable, violations: readonly Violation[], cause?: unknown): PhlowError {
  return new PhlowError(
    'PHLOW_WITH_INVALID',
    `Cannot use the settings of module "${manifest.name}": ${violations[0]?.message ?? 'they are not valid'}`,
    { cause, details: { module: manifest.name, violations } },
  );
}
