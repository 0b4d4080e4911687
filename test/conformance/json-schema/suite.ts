import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { messageOf } from '../../../src/errors.js';
import { compileSchema } from '../../../src/manifest/compile-schema.js';
import { toJsonSchema } from '../../../src/manifest/dialect.js';
import { withFuel } from '../../../src/manifest/fuel.js';
import { meteredCheck } from '../../../src/manifest/metered-check.js';
import { parseManifest } from '../../../src/manifest/parse.js';
import { isMap } from '../../../src/values.js';
import { exceptionFor } from './exceptions.js';

/** What the cases of a folder came to. */
export interface SuiteReport {
  passed: number;
  readonly failures: string[];
  /** Each case that does not hold and the reason for it. */
  readonly exceptions: { readonly name: string; readonly reason: string }[];
}

/** A group of the suite's files: a schema and values that fit or do not. */
interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

const MAX_STEPS = 50_000_000;

/**
 * Runs every JSON file of a folder that is written like those of the JSON Schema Test Suite: a manifest with the schema must load, and the check
 * and the counted check must both say what the file says.
 */
export function runSuite(folder: string): SuiteReport {
  const report: SuiteReport = { passed: 0, failures: [], exceptions: [] };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  for (const file of files.sort()) {
    const groups = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Group[];
    for (const group of groups)
      runGroup(relative(folder, join(folder, file)).replaceAll('\\', '/'), group, report);
  }
  return report;
}

function runGroup(file: string, group: Group, report: SuiteReport): void {
  const check = checkOf(group.schema);
  for (const { description, data, valid } of group.tests) {
    const name = `${file}: ${group.description}: ${description}`;
    const wrong = typeof check === 'string' ? check : orError(() => check(data, valid));
    const reason = exceptionFor(name);
    if (wrong === undefined) {
      report.passed++;
    } else if (reason === undefined) {
      report.failures.push(`${name}: ${wrong}`);
    } else {
      report.exceptions.push({ name, reason });
    }
  }
}

/** Says what is wrong with one value, or what keeps the schema from being used at all. */
function checkOf(written: unknown): ((data: unknown, valid: boolean) => string | undefined) | string {
  // What describes an input is a mapping: a schema that is `true` or `false` stands one level down.
  const asMap = isMap(written) ? written : { allOf: [written] };
  try {
    const text = `name: x\ninput: ${JSON.stringify(asMap)}`;
    const { input } = parseManifest(text, 'phlow.yaml');
    const schema = input ?? toJsonSchema(asMap);
    const { check, counted: code } = compileSchema(schema);
    const metered = meteredCheck(code);
    return (data, valid) => {
      if (check(structuredClone(data)) !== valid) return `wanted ${valid ? 'valid' : 'invalid'}`;
      const counted = withFuel(MAX_STEPS, () => metered(structuredClone(data)));
      return counted === valid ? undefined : `the counted check says ${counted ? 'valid' : 'invalid'}`;
    };
  } catch (error) {
    return messageOf(error);
  }
}

function orError(run: () => string | undefined): string | undefined {
  try {
    return run();
  } catch (error) {
    return messageOf(error);
  }
}
