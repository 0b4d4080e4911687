import type { IsolationLevel } from '../manifest/isolation.js';
import type { Permissions } from '../manifest/manifest.js';
import type { GrantPlace } from '../sandbox/grants.js';
import type { Jail } from '../sandbox/jail.js';
import type { ModuleLimits } from '../sandbox/limits.js';
import type { PermissionUse } from '../sandbox/permission-table.js';

/** How the owner wants a module to be held. */
export interface IsolationOptions {
  /** The least isolation level; the manifest may raise it. Default: `trusted` for built-in and own modules, `isolated` for packages. */
  readonly isolation?: IsolationLevel;
  /** What the module may do of what its manifest asks for: the shape of the manifest's `permissions`. Default: nothing. */
  readonly grant?: unknown;
  /**
   * For `openFlow`: where the owner grants things to a module that a package's flow uses, for the error that says what is missing.
   *
   * @internal
   */
  readonly grantPlace?: GrantPlace;
  /** Takes the place of what the manifest asks for; for finding out what a module needs, so no lock file is asked. */
  readonly permissions?: Permissions;
  /** For `isolated`: an operating-system jail around the process. `auto` writes a warning to the log when there is none. Default `auto`. */
  readonly jail?: Jail;
  /**
   * From `guarded` on: folders besides the module's own that its npm packages may come from. Default: for packages `phlow_packages/node_modules`,
   * or the `node_modules` that they are installed in; none for others.
   */
  readonly installRoots?: readonly string[];
  /** Limits that hold whatever the manifest wishes. */
  readonly limits?: Partial<ModuleLimits>;
  /**
   * Called for each permission that the instance uses or is refused: by the host, and at `guarded` by Node, whose thread is slower for it. For
   * finding out what a module needs. Must not throw.
   */
  readonly onPermissionUse?: (use: PermissionUse) => void;
}
