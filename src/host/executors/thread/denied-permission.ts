import type { PermissionName } from '../../../sandbox/permission-table.js';
import type { PermissionUse } from '../../../sandbox/permission-use.js';
import { readDenial } from '../../../wire/denial.js';

/** The powers that a permission of ours gives at `guarded`, by Node's names. */
const PERMISSION_OF: Readonly<Record<string, PermissionName>> = {
  FileSystemRead: 'fs.read',
  FileSystemWrite: 'fs.write',
  ChildProcess: 'childProcess',
  Net: 'net.connect',
  Environment: 'env',
};

/** What a guarded module's thread told of a refusal, as a use of a power; undefined for what is none. */
export function deniedPermission(message: unknown): PermissionUse | undefined {
  const denial = readDenial(message);
  if (denial === undefined) return undefined;
  const [denied, resource] = denial;
  const permission = Object.hasOwn(PERMISSION_OF, denied) ? PERMISSION_OF[denied] : undefined;
  return { permission, target: permission === undefined ? denied : resource, outcome: 'denied' };
}
