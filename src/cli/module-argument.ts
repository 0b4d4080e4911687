import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A module as named on the command line; a path may be written without `./` here, as people do. */
export function moduleArgument(module: string): string {
  return /[\\/]/.test(module) && existsSync(join(module, 'phlow.yaml')) ? resolve(module) : module;
}
