import { createRequire } from 'node:module';
import type * as Piscina from 'piscina';

const require = createRequire(import.meta.url);

/** The package of thread pools. Loading it takes 15 ms of CPU time (measured); most hosts have no pool. */
export function piscina(): typeof Piscina {
  return require('piscina') as typeof Piscina;
}
