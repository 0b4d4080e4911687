import { dirname, resolve } from 'node:path';
import { PhlowError } from '../../errors.js';
import type { Manifest } from '../../manifest/manifest.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { lockDiff, lockDiffText, lockEntryOf } from './lock-diff.js';
import { LOCK_FILE, type LockEntry } from './lock-file.js';

/** A module that is about to be loaded, and that a lock file concerns. */
export interface LockedModule {
  /** The lock file, and the name of the module in it. */
  readonly file: string;
  readonly key: string;
  readonly manifest: Manifest;
  readonly snapshot: Snapshot;
  readonly accepted: LockEntry | undefined;
}

/**
 * Refuses a module that is not what was accepted: other code, or more permissions. Throws PHLOW_LOCK_MISMATCH with the difference and how to
 * accept it.
 */
export function assertLocked(module: LockedModule): void {
  const { manifest, accepted } = module;
  const diff = lockDiff(accepted, lockEntryOf(manifest, module.snapshot), manifest);
  // Asking for less needs nobody's word, as long as the code is the one that was accepted.
  if (diff === undefined || (!diff.isNew && !diff.isCodeChanged && diff.more.length === 0)) return;
  const found = diff.isNew ? `${LOCK_FILE} does not know it` : `it is not what ${LOCK_FILE} accepted`;
  const message = [
    `Cannot load module "${visibleLine(module.key)}": ${found}`,
    lockDiffText(diff, manifest),
    `If you accept that: ${lockCommand(module.key, dirname(module.file))}`,
  ].join('\n');
  const [first] = diff.more;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, {
    place: first === undefined ? undefined : manifest.placeOf(first.pointer),
    details: {
      module: module.key,
      isNew: diff.isNew,
      isCodeChanged: diff.isCodeChanged,
      more: diff.more.map(({ permission, target }) => ({ permission, target })),
      less: diff.less,
      dependencies: diff.dependencies,
    },
  });
}

/** What accepts a module, as it is typed in the folder of its lock file. */
export function lockCommand(key: string, folder: string): string {
  const isName = /^(?:@[\w.-]+\/)?[\w-][\w.-]*$/.test(key);
  const argument = isName || /^\.{1,2}\//.test(key) ? key : `./phlow_packages/${key}`;
  const quoted = /^[\w@./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
  const command = `phlow lock --accept ${visibleLine(quoted)}`;
  return folder === resolve('.') ? command : `${command}, in the folder ${visiblePath(folder)}`;
}
