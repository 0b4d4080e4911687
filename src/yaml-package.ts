import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const require = createRequire(import.meta.url);

let loaded: typeof Yaml | undefined;

/** The YAML package. Loading it takes 13 ms of CPU time (measured); most flows, and all JSON, are read without it. */
export function yaml(): typeof Yaml {
  return (loaded ??= require('yaml') as typeof Yaml);
}
