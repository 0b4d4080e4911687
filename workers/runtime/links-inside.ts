import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { PhlowError } from '../../src/errors.js';
import type { GuardBoot } from '../../src/wire/boot-data.js';

/** What more a folder may hold cannot be looked through at every start. */
const MAX_ENTRIES = 200_000;

type LinkRules = GuardBoot['links'];

/**
 * Node's permission model goes by the names of paths: a link inside of a granted folder opens whatever it leads to. So a module is not
 * started while a link in a folder that it may read leads out, nor while there is any in a folder that it may write: it could move that one to
 * where it leads elsewhere. Runs at every start: files change between them. `no-new-links.ts` sees to it that none comes up meanwhile.
 */
export function assertLinksInside(rules: LinkRules): void {
  for (const { path, entry } of entriesBelow(rules.writable)) assertPlain(path, entry);
  // Where everything may be read no link opens more.
  if (rules.mayLeadTo.includes(sep)) return;
  for (const { path, entry } of entriesBelow(rules.readable))
    if (entry.isSymbolicLink()) assertInside(path, rules);
}

interface Found {
  readonly path: string;
  readonly entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;
}

/** The places themselves, and all that lies below. */
function* entriesBelow(places: readonly string[]): Generator<Found> {
  let left = MAX_ENTRIES;
  for (const place of places) {
    const path = place.length > 1 && place.endsWith(sep) ? place.slice(0, -1) : place;
    // What was granted is named by its real path: a link is one that leads to nothing, or was put there since.
    const entry = lookedAt(path, () => lstatSync(path, { throwIfNoEntry: false }));
    if (entry === undefined) continue;
    yield { path, entry };
    const queue = entry.isDirectory() ? [path] : [];
    for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
      for (const found of entriesOf(folder)) {
        if (--left < 0) throw unavailable(`${place} and what lies below hold more than ${MAX_ENTRIES} files`);
        if (found.entry.isDirectory()) queue.push(found.path);
        yield found;
      }
    }
  }
}

function entriesOf(folder: string): readonly Found[] {
  const entries = lookedAt(folder, () => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.map((entry) => {
    const path = join(folder, entry.name);
    // Node has put that sign for bytes that are no text; by this name the entry is not to be found.
    if (entry.name.includes('\uFFFD')) throw unavailable(`the name of ${path} is not valid UTF-8; rename it`);
    return { path, entry };
  });
}

/** What has gone meanwhile leads nowhere; what may not be looked at may hold anything. */
function lookedAt<T>(path: string, look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unavailable(`${path} cannot be searched for links (${code ?? String(error)})`);
  }
}

/** In a folder that the module may write: no link, and no second name of a file that may lie outside. */
function assertPlain(path: string, entry: Found['entry']): void {
  if (entry.isSymbolicLink())
    throw unavailable(
      `the link ${path} leads to ${targetOf(path) ?? readlinkSync(path)} and lies in a folder that the module may write, where it can be moved to lead elsewhere; remove the link`,
    );
  if (!entry.isFile()) return;
  const stat = lookedAt(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (stat !== undefined && stat.nlink > 1)
    throw unavailable(
      `the file ${path} lies in a folder that the module may write and has a second name elsewhere (a hard link), whose content would be written as well; put a copy in its place`,
    );
}

/** Where the module may only read: the link leads to somewhere that it may read, and not further up than itself. */
function assertInside(link: string, { mayLeadTo, writable }: LinkRules): void {
  const target = targetOf(link);
  // What is put there later decides where it leads.
  if (target === undefined)
    throw unavailable(`the link ${link} leads to ${readlinkSync(link)}, which is not there; remove the link`);
  const place = placeOf(target, mayLeadTo);
  if (place === undefined)
    throw unavailable(
      `the link ${link} leads to ${target}, outside of what was granted; remove the link, or grant that place by its own name`,
    );
  // A file that nobody may replace has nothing behind it.
  if (placeOf(target, writable) === undefined && !statSync(target).isDirectory()) return;
  // Node takes "link/.." for the folder of the link; the system goes up from where it leads.
  if (placeOf(link, mayLeadTo) !== place || depthOf(target) < depthOf(link))
    throw unavailable(
      `the link ${link} leads up to ${target}, from where ".." leads further than the link's own path says; remove the link, or put a copy in its place`,
    );
}

function placeOf(path: string, places: readonly string[]): string | undefined {
  return places.find((place) => path === place || `${path}${sep}`.startsWith(place));
}

function depthOf(path: string): number {
  return path.split(sep).length;
}

/** Where a link leads in the end; undefined where nothing is, or nobody lets us look. */
function targetOf(link: string): string | undefined {
  try {
    return realpathSync.native(link);
  } catch {
    return undefined;
  }
}

function unavailable(reason: string): PhlowError {
  return new PhlowError(
    'PHLOW_LEVEL_UNAVAILABLE',
    `Cannot hold the module at level guarded: ${reason}, or load it as isolated`,
  );
}
