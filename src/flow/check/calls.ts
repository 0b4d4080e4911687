import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import { compileValidator } from '../../manifest/compile-validator.js';
import { unknownNames } from '../../manifest/unknown-names.js';
import { stepsOf, type FlowDocument, type ModuleDeclaration } from '../document/flow-document.js';
import type { Diagnostics } from '../diagnostics.js';
import type { SchemaCheck, SchemaChecks } from './schema-checks.js';
import { checkStatic } from './static-schema.js';
import { staticValue, type StaticValue } from './static-value.js';

/** What a module says about its settings and inputs. */
export type ModuleSchemas = Pick<Manifest, 'with' | 'input' | 'inputOptional'>;

/** Checks what steps send to modules whose manifests are known, as far as it can be known before anything runs. */
export function checkCalls(
  document: FlowDocument,
  schemas: ReadonlyMap<string, ModuleSchemas>,
  diagnostics: Diagnostics,
  checks: SchemaChecks,
): void {
  const calls: SchemaCheck[] = [];
  for (const { use, input, path } of stepsOf(document)) {
    const known = use === undefined ? undefined : schemas.get(use.text);
    const schema = known?.input;
    if (use === undefined || known === undefined || schema === undefined) continue;
    const cannot = `${path} sends module "${use.text}" what it does not take`;
    const range = input?.range ?? use.range;
    const run = (): void => {
      if (input === undefined) {
        const options = { subject: 'input', optional: known.inputOptional } as const;
        const [violation] = compileValidator(schema, options)(undefined) ?? [];
        if (violation !== undefined) diagnostics.error(`${cannot}: ${violation.message}`, use.range);
        return;
      }
      const value = staticValue(input);
      warnOfNames(schema, value, `module "${use.text}" has no input`, diagnostics);
      const verdict = checkStatic(schema, value, 'input');
      if (verdict.state === 'invalid') diagnostics.broken(`${cannot}: ${verdict.message}`, verdict, range);
    };
    calls.push({ schema, module: use.text, range, run });
  }
  checks.run(calls);
}

/** Checks the settings of a declared module, as far as they can be known. Absent settings are `{}`. */
export function checkSettings(
  { name, with: settings, range }: ModuleDeclaration,
  { with: schema }: ModuleSchemas,
  diagnostics: Diagnostics,
  checks: SchemaChecks,
): void {
  if (schema === undefined) return;
  const isGiven = settings !== undefined && !(settings.kind === 'scalar' && settings.value === null);
  const run = (): void => {
    const value = isGiven
      ? staticValue(settings)
      : ({ kind: 'map', entries: new Map<string, never>(), isOpen: false, range } as const);
    warnOfNames(schema, value, `module "${name}" has no setting`, diagnostics);
    const verdict = checkStatic(schema, value, 'with');
    if (verdict.state !== 'invalid') return;
    const message = `Cannot load module "${name}" with these settings: ${verdict.message}`;
    diagnostics.broken(message, verdict, range);
  };
  checks.run([{ schema, module: name, range, run }]);
}

/** What a schema lets pass without knowing it is likely to be misspelt. */
function warnOfNames(schema: JsonSchema, value: StaticValue, what: string, diagnostics: Diagnostics): void {
  if (value.kind !== 'map') return;
  for (const { name, hint } of unknownNames(schema, value.entries.keys()))
    diagnostics.warning(`${what} "${name}".${hint}`, value.entries.get(name)?.range ?? value.range);
}
