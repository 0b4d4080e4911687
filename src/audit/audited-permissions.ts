import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import type { Grant } from '../sandbox/grants.js';
import { requestedPermissions, PERMISSION_TABLE, type PermissionName } from '../sandbox/permission-table.js';
import { visibleLine } from '../visible-text.js';

/** One thing a module asks for, and whether it gets it. */
export interface AuditedPermission {
  readonly permission: PermissionName;
  readonly target: string;
  readonly words: string;
  readonly risk: string | undefined;
  /** At `inline` and `trusted` everything the process can do is open anyway. */
  readonly isGranted: boolean;
}

/** What a module asks for, and what of it a level or a grant gives to it. */
export function permissionsOf(
  manifest: Manifest,
  level: IsolationLevel,
  grant: Grant | undefined,
): readonly AuditedPermission[] {
  const isAmbient = level === 'inline' || level === 'trusted';
  return requestedPermissions(manifest.permissions).map(({ permission, target }) => ({
    permission,
    target: visibleLine(target),
    words: visibleLine(PERMISSION_TABLE[permission].words(target)),
    risk: PERMISSION_TABLE[permission].risk,
    isGranted: isAmbient || isGranted(permission, target, grant),
  }));
}

function isGranted(permission: PermissionName, target: string, grant: Grant | undefined): boolean {
  const { meet } = PERMISSION_TABLE[permission];
  return [...(grant?.get(permission)?.keys() ?? [])].some((granted) => meet(target, granted) !== undefined);
}
