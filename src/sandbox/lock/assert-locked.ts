import { dirname, join } from 'node:path';
import { currentFolder } from '../../current-folder.js';
import { PhlowError } from '../../errors.js';
import { isPackageName } from '../../manifest/built-in-modules.js';
import type { Manifest } from '../../manifest/manifest.js';
import { shellText, visibleLine, visiblePath } from '../../visible-text.js';
import { packageType } from '../snapshot/package-json.js';
import { readVerified } from '../snapshot/read-verified.js';
import { saysOf, SnapshotIndex, type Snapshot } from '../snapshot/snapshot.js';
import type { InnerModule } from './inner-modules.js';
import { isOnlyLess, lessText, lockDiff, lockDiffText, lockEntryOf } from './lock-diff.js';
import { LOCK_FILE, type LockEntry } from './lock-file.js';

/** A module that is about to be loaded, and that a lock file concerns. */
export interface LockedModule {
  /** The lock file, and the name of the module in it. */
  readonly file: string;
  readonly key: string;
  /** The module inside of it that is to be loaded, by its name in messages; undefined for itself. */
  readonly part?: string | undefined;
  readonly manifest: Manifest;
  readonly snapshot: Snapshot;
  /** The modules inside of it. */
  readonly inner: readonly InnerModule[];
  readonly accepted: LockEntry | undefined;
  /** An entry that was meant for it, in another spelling. */
  readonly alike?: string | undefined;
}

/**
 * Refuses a module that is not what was accepted: other code, or more permissions. Throws PHLOW_LOCK_MISMATCH with the difference and how to
 * accept it.
 */
export function assertLocked(module: LockedModule): void {
  const { manifest, accepted, snapshot, inner, key, part } = module;
  const diff = lockDiff(accepted, lockEntryOf(manifest, snapshot, inner), manifest, inner);
  if (diff === undefined || isOnlyLess(diff)) return;
  const isPart = part !== undefined;
  const found = diff.isNew
    ? `${isPart ? 'for which ' : ''}${LOCK_FILE} has no entry${isPart ? '' : ' for it'}${alikeText(module.alike)}`
    : `${isPart ? 'which' : 'it'} is not what ${LOCK_FILE} accepted`;
  const which = isPart ? `it is part of "${visibleLine(key)}", ${found}` : found;
  const message = [
    `Cannot load module "${visibleLine(part ?? key)}": ${which}`,
    lockDiffText(diff),
    `If you accept that: ${lockCommand(key, dirname(module.file))}`,
    ...(accepted?.origin === undefined || part !== undefined
      ? []
      : ['If you do not: delete its folder, and phlow install puts back what was accepted']),
  ].join('\n');
  const [first] = diff.more;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, {
    place: first?.manifest.placeOf(first.pointer),
    details: {
      module: key,
      lockFile: module.file,
      isNew: diff.isNew,
      isCodeChanged: diff.isCodeChanged,
      more: diff.more.map(({ permission, target, inside }) => ({
        permission,
        target,
        ...(inside === undefined ? {} : { inside }),
      })),
      less: diff.less.map(lessText),
      dependencies: diff.dependencies,
    },
  });
}

/** What a message adds about an entry in another spelling. */
export function alikeText(alike: string | undefined): string {
  return alike === undefined ? '' : `; there is an entry for "${visibleLine(alike)}", but no such module`;
}

/**
 * Refuses a module inside of an accepted package that is not the part of it that was accepted: a file that the package does not have, or that was read
 * again with other bytes. Throws PHLOW_LOCK_MISMATCH.
 */
export function assertPartOf(
  part: Snapshot,
  whole: Snapshot,
  { module, key }: { readonly module: string; readonly key: string },
): void {
  const accepted = new Map(entriesOf(whole));
  const other = entriesOf(part).find(([path, says]) => accepted.get(path) !== says)?.[0];
  const odd = other ?? part.trees.find(({ enclosing }) => !isEnclosed(enclosing, whole))?.enclosing?.file;
  if (odd === undefined) return;
  const message = `Cannot load module "${visibleLine(module)}": ${visiblePath(odd)} is not what was accepted with "${visibleLine(key)}", which the module is part of; load it again when nothing writes to its files`;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { module: key, file: odd } });
}

function entriesOf({ trees }: Snapshot): readonly (readonly [string, string])[] {
  return trees.flatMap(({ folder, entries }) =>
    entries.map((entry) => [join(folder, entry.path), `${entry.kind} ${saysOf(folder, entry)}`] as const),
  );
}

/** Whether what a package.json above says about the files is what the package has there, or what it was hashed with. */
function isEnclosed(enclosing: Snapshot['trees'][number]['enclosing'], whole: Snapshot): boolean {
  if (enclosing === undefined) return true;
  const file = new SnapshotIndex(whole).find(enclosing.file);
  if (file === undefined)
    return whole.trees.some(
      ({ enclosing: one }) => one?.file === enclosing.file && one.type === enclosing.type,
    );
  return packageType(readVerified(file), enclosing.file) === enclosing.type;
}

/** What accepts a module when it is typed in the current folder, however far the lock file is from there. */
export function lockCommand(key: string, folder: string): string {
  // By its name, a folder that is called like a module of phlow's own would be taken for that.
  const argument = isPackageName(key) || /^\.{1,2}\//.test(key) ? key : `./phlow_packages/${key}`;
  const quoted = /^[\w@./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
  const command = `phlow lock --accept ${visibleLine(quoted)}`;
  return folder === currentFolder() ? command : `(cd ${shellText(folder)} && ${command})`;
}
