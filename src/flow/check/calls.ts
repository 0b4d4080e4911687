import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import { compileValidator } from '../../manifest/compile-validator.js';
import { unknownNames } from '../../manifest/unknown-names.js';
import { stepsOf, type FlowDocument, type ModuleDeclaration } from '../document/flow-document.js';
import type { Findings } from '../findings.js';
import type { SchemaCheck, SchemaChecks } from './schema-checks.js';
import { checkStatic } from './static-schema.js';
import { staticValue, type StaticValue } from './static-value.js';

/** What a module says about its settings and inputs. */
export type ModuleSchemas = Pick<Manifest, 'with' | 'input' | 'inputOptional'>;

/** Checks what steps send to modules whose manifests are known, as far as it can be known before anything runs. */
export function checkCalls(
  document: FlowDocument,
  schemas: ReadonlyMap<string, ModuleSchemas>,
  findings: Findings,
  checks: SchemaChecks,
): void {
  const calls: SchemaCheck[] = [];
  for (const { use, input, path } of stepsOf(document.steps)) {
    const known = use === undefined ? undefined : schemas.get(use.text);
    const schema = known?.input;
    if (use === undefined || known === undefined || schema === undefined) continue;
    const cannot = `${path} sends module "${use.text}" what it does not take`;
    const spot = input?.spot ?? use.spot;
    const run = (): void => {
      if (input === undefined) {
        const options = { subject: 'input', optional: known.inputOptional } as const;
        const [violation] = compileValidator(schema, options)(undefined) ?? [];
        if (violation !== undefined) findings.error(`${cannot}: ${violation.message}`, use.spot);
        return;
      }
      const value = staticValue(input);
      warnOfNames(schema, value, `module "${use.text}" has no input`, findings);
      const verdict = checkStatic(schema, value, 'input');
      if (verdict.state === 'invalid') findings.error(`${cannot}: ${verdict.message}`, verdict.spot ?? spot);
    };
    calls.push({ schema, module: use.text, spot, run });
  }
  checks.run(calls);
}

/** Checks the settings of a declared module, as far as they can be known. Absent settings are `{}`. */
export function checkSettings(
  { name, with: settings, spot }: ModuleDeclaration,
  { with: schema }: ModuleSchemas,
  findings: Findings,
  checks: SchemaChecks,
): void {
  if (schema === undefined) return;
  const isGiven = settings !== undefined && !(settings.kind === 'scalar' && settings.value === null);
  const run = (): void => {
    const value = isGiven
      ? staticValue(settings)
      : ({ kind: 'map', entries: new Map<string, never>(), isOpen: false, spot } as const);
    warnOfNames(schema, value, `module "${name}" has no setting`, findings);
    const verdict = checkStatic(schema, value, 'with');
    if (verdict.state !== 'invalid') return;
    const message = `Cannot load module "${name}" with these settings: ${verdict.message}`;
    findings.error(message, verdict.spot ?? spot);
  };
  checks.run([{ schema, module: name, spot, run }]);
}

/** What a schema lets pass without knowing it is likely to be misspelt. */
function warnOfNames(schema: JsonSchema, value: StaticValue, what: string, findings: Findings): void {
  if (value.kind !== 'map') return;
  for (const { name, hint } of unknownNames(schema, value.entries.keys()))
    findings.warning(`${what} "${name}".${hint}`, value.entries.get(name)?.spot ?? value.spot);
}
