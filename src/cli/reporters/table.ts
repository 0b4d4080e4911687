import { didYouMean } from '../../nearest.js';
import { usage } from '../args.js';
import { github } from './github.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { original, pretty } from './pretty.js';
import type { Reporter } from './reporter.js';
import { tap } from './tap.js';

/** The reporters by the names that `--reporter` takes. */
export const REPORTERS = { pretty, tap, junit, json, github, original } as const satisfies Readonly<
  Record<string, Reporter>
>;

/** The name of a reporter. */
export type ReporterName = keyof typeof REPORTERS;

/**
 * The reporter that options ask for.
 *
 * @throws PhlowError PHLOW_USAGE for a name that no reporter has.
 */
export function reporterOf(options: {
  readonly reporter?: string | undefined;
  readonly json?: true | undefined;
}): ReporterName {
  const name = options.reporter ?? (options.json === true ? 'json' : 'pretty');
  if (Object.hasOwn(REPORTERS, name)) return name as ReporterName;
  throw usage(`Unknown reporter "${name}".${didYouMean(name, Object.keys(REPORTERS))} See phlow test --help`);
}
