import { readdirSync, readlinkSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { PhlowError } from '../../src/errors.js';
import type { GuardBoot } from '../../src/wire/boot-data.js';

/** What more a folder may hold cannot be looked through at every start. */
const MAX_ENTRIES = 200_000;

/**
 * Node's permission model goes by the names of paths: a link inside of a granted folder opens whatever it leads to. So a module is not
 * started while a link in its folder, or in a folder that it may write, leads out. Runs at every start: files change between them.
 */
export function assertLinksInside(rules: GuardBoot['links']): void {
  let left = MAX_ENTRIES;
  for (const { folders, mayLeadTo } of rules) {
    const queue = [...folders];
    for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
      for (const entry of entriesOf(folder)) {
        if (--left < 0)
          throw unavailable(`${folder} and what lies below hold more than ${MAX_ENTRIES} files`);
        const path = join(folder, entry.name);
        if (entry.isDirectory()) queue.push(path);
        else if (entry.isSymbolicLink()) assertInside(path, mayLeadTo);
      }
    }
  }
}

/** Nothing for a single file, and for a folder that is not there yet. */
function entriesOf(folder: string): readonly Dirent[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true });
}

function assertInside(link: string, mayLeadTo: readonly string[]): void {
  const target = targetOf(link);
  const isInside = mayLeadTo.some((place) => target === place || `${target}${sep}`.startsWith(place));
  if (isInside) return;
  throw unavailable(
    `the link ${link} leads to ${target}, outside of what was granted; remove the link, or grant that place by its own name`,
  );
}

/** Where a link leads in the end; where nothing is yet, or nobody lets us look, where it says that it leads. */
function targetOf(link: string): string {
  try {
    return realpathSync.native(link);
  } catch {
    return resolve(dirname(link), readlinkSync(link));
  }
}

function unavailable(reason: string): PhlowError {
  return new PhlowError(
    'PHLOW_LEVEL_UNAVAILABLE',
    `Cannot hold the module at level guarded: ${reason}, or load it as isolated`,
  );
}
