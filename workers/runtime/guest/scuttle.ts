import { KEPT_GLOBALS, KEPT_LANGUAGE, KEPT_PROCESS } from './captured-globals.js';

/**
 * Empties the global object of the guest's realm and freezes it. A module never sees it; this is what stands behind the compartment should it
 * fail.
 */
export function scuttleGuestRealm(): void {
  removeAllBut(KEPT_LANGUAGE, globalThis);
  Object.freeze(globalThis);
}

/** Empties `process` and the global object of the realm that Node lives in. */
export function scuttle(target: object, platform: object): void {
  // Deprecation warnings are printed through streams that are about to go.
  Reflect.set(platform, 'noDeprecation', true);
  removeAllBut(KEPT_PROCESS, platform);
  removeAllBut(KEPT_GLOBALS, target);
  Object.freeze(target);
}

function removeAllBut(kept: readonly string[], target: object): void {
  for (const key of Reflect.ownKeys(target)) {
    if (typeof key === 'string' && kept.includes(key)) continue;
    if (Reflect.deleteProperty(target, key)) continue;
    Reflect.defineProperty(target, key, { value: undefined });
  }
}
