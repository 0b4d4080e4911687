import type { PhlowErrorCode } from '../errors.js';

/** What the process says by ending (docs/spec/runtime.md 2). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  invalidFile: 3,
  loadFailed: 4,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** Codes that end with something more precise than "failed". */
const EXIT_OF: Readonly<Partial<Record<PhlowErrorCode, number>>> = {
  PHLOW_USAGE: EXIT.usage,
  PHLOW_OPTION_INVALID: EXIT.usage,
  PHLOW_MANIFEST_INVALID: EXIT.invalidFile,
  PHLOW_MANIFEST_UNREADABLE: EXIT.invalidFile,
  PHLOW_FLOW_UNREADABLE: EXIT.invalidFile,
  PHLOW_FLOW_SYNTAX: EXIT.invalidFile,
  PHLOW_FLOW_INVALID: EXIT.invalidFile,
  PHLOW_FLOW_INCLUDE: EXIT.invalidFile,
  PHLOW_FLOW_TOO_LARGE: EXIT.invalidFile,
  PHLOW_PHS_SYNTAX: EXIT.invalidFile,
  PHLOW_PACKAGE_INVALID: EXIT.invalidFile,
  PHLOW_TARBALL_UNREADABLE: EXIT.invalidFile,
  PHLOW_TARBALL_TOO_LARGE: EXIT.invalidFile,
  PHLOW_TARBALL_ENTRY: EXIT.invalidFile,
  PHLOW_TARBALL_NAME: EXIT.invalidFile,
  PHLOW_TARBALL_CLASH: EXIT.invalidFile,
  PHLOW_TARBALL_AMBIGUOUS: EXIT.invalidFile,
  PHLOW_MODULE_NOT_FOUND: EXIT.loadFailed,
  PHLOW_MODULE_NAME_TAKEN: EXIT.loadFailed,
  PHLOW_WITH_INVALID: EXIT.loadFailed,
  PHLOW_ENGINE_UNSUPPORTED: EXIT.loadFailed,
  PHLOW_ENTRY_MISSING: EXIT.loadFailed,
  PHLOW_ENTRY_INVALID: EXIT.loadFailed,
  PHLOW_LOAD_FAILED: EXIT.loadFailed,
  PHLOW_LOAD_TIMED_OUT: EXIT.loadFailed,
  PHLOW_LOAD_CANCELLED: EXIT.loadFailed,
  PHLOW_GRANT_MISSING: EXIT.loadFailed,
  PHLOW_LEVEL_UNAVAILABLE: EXIT.loadFailed,
  PHLOW_LOCK_MISMATCH: EXIT.loadFailed,
  PHLOW_LOCK_UNWRITABLE: EXIT.loadFailed,
  PHLOW_MANIFEST_UNWRITABLE: EXIT.loadFailed,
};

/** The exit code for a code. */
export function exitCodeOf(code: PhlowErrorCode): number {
  return EXIT_OF[code] ?? EXIT.failed;
}
