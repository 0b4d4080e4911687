import { createRequire } from 'node:module';
import type * as Tar from 'tar';

const require = createRequire(import.meta.url);

/** The package that reads and writes tarballs. Only commands that pack or install need it. */
export function tar(): typeof Tar {
  return require('tar') as typeof Tar;
}
