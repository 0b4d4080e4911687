/** Everything that the permission model can give up. */
const SCOPES = [
  'addon',
  'child',
  'ffi',
  'fs.read',
  'fs.write',
  'inspector',
  'net',
  'wasi',
  'worker',
] as const;

/**
 * Gives up every permission for good, where Node lets one: a thread that starts under the permission model may read the current folder
 * without having been granted it. `scopes` narrows what is given up.
 */
export function dropPermissions(scopes: readonly string[] = SCOPES): void {
  const { permission } = process as { permission?: { drop?: (scope: string) => void } };
  if (typeof permission?.drop !== 'function') return;
  for (const scope of scopes) {
    try {
      permission.drop(scope);
    } catch {
      // A scope that this Node does not know: there is nothing to give up.
    }
  }
}
