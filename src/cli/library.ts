import type * as Library from '../index.js';

/** The library itself, loaded by the command that works with it: help and version need none of its 300 files. */
export function library(): Promise<typeof Library> {
  return import('../index.js');
}
