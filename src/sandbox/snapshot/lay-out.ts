import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readVerified } from './read-verified.js';
import type { Snapshot } from './snapshot.js';

/**
 * Writes a snapshot's files below `base`, where each has its own absolute path again. `names`: for the bundler to look things up in; only
 * what it decides by has content. `contents`: a copy that Node loads from. Either is made of verified bytes and lies where nobody else writes, so whoever
 * changes the module's own files later changes nothing.
 */
export function layOut({ trees, links }: Snapshot, base: string, what: 'names' | 'contents'): void {
  const made = new Set<string>([base]);
  const written = new Set<string>();
  const inFolder = (path: string): string => {
    const folder = dirname(path);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    made.add(folder);
    return path;
  };
  const write = (path: string, content: () => Buffer | string): void => {
    if (written.has(path)) return;
    written.add(path);
    writeFileSync(inFolder(path), content(), { flag: 'wx', mode: 0o600 });
  };
  for (const { folder, entries } of trees) {
    for (const entry of entries) {
      if (entry.kind !== 'file') continue;
      const path = join(folder, entry.path);
      const isNeeded = what === 'contents' || basename(path) === 'package.json';
      write(placedIn(base, path), () => (isNeeded ? readVerified({ ...entry, path }) : ''));
    }
  }
  for (const { enclosing } of trees) {
    if (enclosing === undefined) continue;
    // Nothing but what decides how files are read: the rest of that file is not the module's.
    const { type } = enclosing;
    write(placedIn(base, enclosing.file), () => JSON.stringify(type === '' ? {} : { type }));
  }
  // Above it nobody looks for one.
  write(join(base, 'package.json'), () => '{}');
  for (const { at, to } of linksIn({ trees, links })) {
    const path = placedIn(base, at);
    if (written.has(path) || made.has(path)) continue;
    written.add(path);
    symlinkSync(placedIn(base, to), inFolder(path));
  }
}

/** The path of something of the machine in a layout. */
export function placedIn(base: string, path: string): string {
  // A drive of Windows becomes a folder.
  return join(base, path.replace(/^([A-Za-z]):/, '$1'));
}

/** What something in a layout is on the machine. */
export function realOf(base: string, path: string): string {
  const rest = path.slice(base.length);
  return process.platform === 'win32' ? rest.replace(/^[\\/]([A-Za-z])[\\/]/, '$1:\\') : rest;
}

function* linksIn({
  trees,
  links,
}: Pick<Snapshot, 'trees' | 'links'>): Generator<{ at: string; to: string }> {
  yield* links;
  for (const { folder, entries } of trees)
    for (const entry of entries)
      if (entry.kind === 'link' && entry.to !== undefined)
        yield { at: join(folder, entry.path), to: entry.to };
}
