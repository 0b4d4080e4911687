import { createRequire } from 'node:module';
import type * as Semver from 'semver';

const require = createRequire(import.meta.url);

/** Versions and ranges as npm reads them. Loaded for a flow that declares a version, and by commands that install. */
export function semver(): typeof Semver {
  return require('semver') as typeof Semver;
}
