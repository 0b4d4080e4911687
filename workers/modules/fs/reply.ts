import { messageOf } from '../../../src/errors.js';
import { isMap, type ValueMap } from '../../../src/values.js';

/** What a call answers with. */
export type Reply =
  { readonly success: true; readonly data: ValueMap } | { readonly success: false; readonly error: string };

/** The answer of a call that could not be carried out. */
export function refused(error: string): Reply {
  return { success: false, error };
}

/** An error whose message is the answer, as it stands. */
export class Refusal extends Error {}

/** Answers with what the action comes to, or with what kept it from that. */
export async function attempt(action: () => Promise<ValueMap>): Promise<Reply> {
  try {
    return { success: true, data: await action() };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** The system's own words for its errors, with their numbers on Linux. */
const OS_ERRORS: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted (os error 1)',
  ENOENT: 'No such file or directory (os error 2)',
  EACCES: 'Permission denied (os error 13)',
  EBUSY: 'Device or resource busy (os error 16)',
  EEXIST: 'File exists (os error 17)',
  EXDEV: 'Invalid cross-device link (os error 18)',
  ENOTDIR: 'Not a directory (os error 20)',
  EISDIR: 'Is a directory (os error 21)',
  EMFILE: 'Too many open files (os error 24)',
  EFBIG: 'File too large (os error 27)',
  ENOSPC: 'No space left on device (os error 28)',
  EROFS: 'Read-only file system (os error 30)',
  ENAMETOOLONG: 'File name too long (os error 36)',
  ENOTEMPTY: 'Directory not empty (os error 39)',
  ELOOP: 'Too many levels of symbolic links (os error 40)',
  EDQUOT: 'Disk quota exceeded (os error 122)',
};

/** The system's name for what went wrong (`ENOENT`); undefined for what the host itself refused. */
export function errnoOf(error: unknown): string | undefined {
  const details = isMap(error) ? error['details'] : undefined;
  const errno = isMap(details) ? details['errno'] : undefined;
  return typeof errno === 'string' ? errno : undefined;
}

/** Why an action failed, in the words of the answer. */
export function reasonOf(error: unknown): string {
  const errno = errnoOf(error);
  return (errno === undefined ? undefined : OS_ERRORS[errno]) ?? messageOf(error);
}
