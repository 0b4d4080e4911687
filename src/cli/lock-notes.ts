import type { ModulePermissions } from '../index.js';

/** What is said of a module that is not just what its lock file accepted. */
export const LOCK_NOTES: Readonly<Partial<Record<NonNullable<ModulePermissions['lock']>, string>>> = {
  new: 'it is not in the lock file',
  changed: 'it is not what the lock file accepted',
  narrower: 'phlow.lock allows more than it asks for',
};
