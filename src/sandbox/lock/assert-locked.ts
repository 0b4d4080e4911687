import { PhlowError } from '../../errors.js';
import type { Manifest } from '../../manifest/manifest.js';
import { lockDiff, lockDiffText, lockEntryOf } from './lock-diff.js';
import { LOCK_FILE, readLock } from './lock-file.js';

/** A module that is about to be loaded. */
export interface LockedModule {
  /** The name it is asked for by. */
  readonly key: string;
  readonly manifest: Manifest;
  readonly folder: string;
  readonly installRoots: readonly string[];
  /** True: the lock must know it. False: it is checked if the lock knows it. */
  readonly isRequired: boolean;
  readonly lockPath: string;
}

/**
 * Refuses a module that is not what was accepted: other code, or more permissions. Without a lock file nothing is checked.
 * Throws PHLOW_LOCK_MISMATCH with the difference and how to accept it.
 */
export async function assertLocked(module: LockedModule): Promise<void> {
  const lock = await readLock(module.lockPath);
  if (lock === undefined) return;
  const accepted = lock.get(module.key);
  if (accepted === undefined && !module.isRequired) return;
  const { manifest } = module;
  const diff = lockDiff(accepted, await lockEntryOf(manifest, module.folder, module.installRoots), manifest);
  // Asking for less needs nobody's word, as long as the code is the one that was accepted.
  if (diff === undefined || (!diff.isNew && !diff.isCodeChanged && diff.more.length === 0)) return;
  const found = diff.isNew ? `${LOCK_FILE} does not know it` : `it is not what ${LOCK_FILE} accepted`;
  const message = [
    `Cannot load module "${module.key}": ${found}`,
    lockDiffText(diff, manifest),
    `If you accept that: phlow lock --accept ${module.key}`,
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
    },
  });
}
