import type { PermissionName } from './permission-table.js';

/** One power that a module used, or that it was refused, as whoever loads it may watch it. */
export interface PermissionUse {
  /** The permission behind it; undefined when none gives it at the module's level. */
  readonly permission: PermissionName | undefined;
  /** The path, `host:port`, variable or module name; what was tried, in Node's words, when no permission gives it. */
  readonly target: string;
  readonly outcome: 'done' | 'denied' | 'failed';
}
