import type { ModulePermissions } from '../index.js';

/** What is said of a module that is not just what its lock file accepted. */
export const LOCK_NOTES: Readonly<Partial<Record<NonNullable<ModulePermissions['lock']>, string>>> = {
  new: 'phlow.lock has no entry for the module',
  changed: 'the module is not what phlow.lock accepted',
  narrower: 'phlow.lock allows more than the module asks for',
};
