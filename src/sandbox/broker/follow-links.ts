import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorCode } from '../../errors.js';
import type { FolderGrant } from '../effective.js';
import { denied } from './denied.js';
import type { Inside } from './open-inside.js';

/**
 * The same place with the symbolic links on its way resolved, as far as they lead to what was granted. What comes of it is walked like any other place,
 * which follows no link: one that is put there afterwards is refused. Names that do not exist yet stay as they are. Throws PHLOW_PERMISSION_DENIED for a
 * link that leads outside.
 */
export async function followLinks(place: Inside, grants: readonly FolderGrant[]): Promise<Inside> {
  const start = await realOf(place.granted);
  if (start === undefined) return place;
  for (let count = place.rest.length; count > 0; count--) {
    const real = await realOf(join(start, ...place.rest.slice(0, count)));
    if (real === undefined) continue;
    const left = place.rest.slice(count);
    for (const granted of [start, ...grants.map(({ path }) => path)]) {
      const base = await realOf(granted);
      const rest = base === undefined ? undefined : namesBelow(real, base);
      if (base !== undefined && rest !== undefined)
        return { ...place, granted: base, rest: [...rest, ...left] };
    }
    throw denied(place.attempt, 'a symbolic link in the path leads outside of what was granted');
  }
  return place;
}

function namesBelow(path: string, base: string): readonly string[] | undefined {
  if (path === base) return [];
  const folder = base.endsWith(sep) ? base : base + sep;
  return path.startsWith(folder) ? path.slice(folder.length).split(sep) : undefined;
}

/** Undefined for what does not exist. */
async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(errorCode(error))) return undefined;
    throw error;
  }
}
