import { github } from './github.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { pretty } from './pretty.js';
import type { Reporter } from './reporter.js';
import { tap } from './tap.js';

/** The reporters by the names that `--reporter` takes. */
export const REPORTERS = { pretty, tap, junit, json, github } as const satisfies Readonly<
  Record<string, Reporter>
>;

/** The name of a reporter. */
export type ReporterName = keyof typeof REPORTERS;

/** True for the name of a reporter. */
export function isReporter(name: string): name is ReporterName {
  return Object.hasOwn(REPORTERS, name);
}
