import { KEPT_GLOBALS, KEPT_PROCESS } from './captured-globals.js';

/**
 * Empties the global object of the realm and `process`, and freezes the former. A module never sees either; this is what stands behind
 * the compartment should it fail.
 */
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
