import { canBeSlow } from '../../manifest/bounded-check.js';
import { boundedRun } from '../../manifest/bounded-run.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import { compileValidator } from '../../manifest/compile-validator.js';
import type { Violations } from '../../manifest/validator.js';
import { unknownNames } from '../../manifest/unknown-names.js';
import { messageOf, PhlowError } from '../../errors.js';
import { stepsOf, type FlowDocument, type ModuleDeclaration } from '../document/flow-document.js';
import type { Findings } from '../findings.js';
import type { Spot } from '../source/source-file.js';
import { checkStatic } from './static-schema.js';
import { staticValue, type StaticValue } from './static-value.js';

/** What a module says about its settings and inputs. */
export type ModuleSchemas = Pick<Manifest, 'with' | 'input' | 'inputOptional'>;

/** Checks what steps send to modules whose manifests are known, as far as it can be known before anything runs. */
export function checkCalls(
  document: FlowDocument,
  schemas: ReadonlyMap<string, ModuleSchemas>,
  findings: Findings,
): void {
  for (const { use, input, path } of stepsOf(document.steps)) {
    const known = use === undefined ? undefined : schemas.get(use.text);
    const schema = known?.input;
    if (use === undefined || known === undefined || schema === undefined) continue;
    const cannot = `${path} sends module "${use.text}" what it does not take`;
    if (input === undefined) {
      const options = { subject: 'input', optional: known.inputOptional } as const;
      const check = (): Violations | undefined => compileValidator(schema, options)(undefined);
      const [violation] = bounded(check, { schema, module: use.text, spot: use.spot }, findings) ?? [];
      if (violation !== undefined) findings.error(`${cannot}: ${violation.message}`, use.spot);
      continue;
    }
    const value = staticValue(input);
    warnOfNames(schema, value, `module "${use.text}" has no input`, findings);
    const spot = input.spot ?? use.spot;
    const verdict = bounded(
      () => checkStatic(schema, value, 'input'),
      { schema, module: use.text, spot },
      findings,
    );
    if (verdict?.state === 'invalid') {
      findings.error(`${cannot}: ${verdict.message}`, verdict.spot ?? spot);
    }
  }
}

/** Checks the settings of a declared module, as far as they can be known. Absent settings are `{}`. */
export function checkSettings(
  { name, with: settings, spot }: ModuleDeclaration,
  { with: schema }: ModuleSchemas,
  findings: Findings,
): void {
  if (schema === undefined) return;
  const isGiven = settings !== undefined && !(settings.kind === 'scalar' && settings.value === null);
  const value = isGiven
    ? staticValue(settings)
    : ({ kind: 'map', entries: new Map<string, never>(), isOpen: false, spot } as const);
  warnOfNames(schema, value, `module "${name}" has no setting`, findings);
  const verdict = bounded(() => checkStatic(schema, value, 'with'), { schema, module: name, spot }, findings);
  if (verdict?.state === 'invalid') {
    findings.error(
      `Cannot load module "${name}" with these settings: ${verdict.message}`,
      verdict.spot ?? spot,
    );
  }
}

/** What the checks of one schema may take, half a second at most: whoever wrote it decides how long its patterns take. */
const MAX_STEPS = 50_000_000;
/** Schemas whose check took more: not tried a second time, a flow may have thousands of steps. */
const slowSchemas = new WeakSet<JsonSchema>();

/** What a check against a module's schema comes to; undefined, and a warning with its place, when it takes too long. */
function bounded<T>(check: () => T, subject: CheckSubject, findings: Findings): T | undefined {
  const { schema, module, spot } = subject;
  if (slowSchemas.has(schema)) return undefined;
  if (!canBeSlow(schema)) return check();
  try {
    return boundedRun(check, MAX_STEPS, (reason, cause) => {
      return new PhlowError('PHLOW_FLOW_INVALID', reason, { cause });
    });
  } catch (error) {
    slowSchemas.add(schema);
    const message = `Cannot check what goes to module "${module}": ${messageOf(error)}; a pattern in its manifest may never end`;
    findings.warning(message, spot);
    return undefined;
  }
}

/** What is checked, for the warning that it cannot be. */
interface CheckSubject {
  readonly schema: JsonSchema;
  readonly module: string;
  readonly spot: Spot | undefined;
}

/** What a schema lets pass without knowing it is likely to be misspelt. */
function warnOfNames(schema: JsonSchema, value: StaticValue, what: string, findings: Findings): void {
  if (value.kind !== 'map') return;
  for (const { name, hint } of unknownNames(schema, value.entries.keys()))
    findings.warning(`${what} "${name}".${hint}`, value.entries.get(name)?.spot ?? value.spot);
}
