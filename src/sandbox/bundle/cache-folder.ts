import { lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The folder for bundles of the user who runs the host, made if it is not there; undefined when none is safe. Safe means: it belongs to that
 * user, nobody else can write to it, and it is no link. Bundles from anywhere else could be somebody else's code.
 */
export function bundleCacheFolder(): string | undefined {
  return candidates().find((folder) => isSafe(folder));
}

/** True when `folder` exists, or could be made, so that only its owner can write to it. */
export function isSafe(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    if (!stat.isDirectory()) return false;
    // Windows has no such bits; there the user's own folders are closed to others by default.
    if (process.getuid === undefined) return true;
    return stat.uid === process.getuid() && (stat.mode & 0o022) === 0;
  } catch {
    // Not to be made or looked at: a host without a cache bundles each time, which is slower and nothing else.
    return false;
  }
}

function candidates(): readonly string[] {
  const { name, home } = user();
  const own = process.env['XDG_CACHE_HOME'] ?? join(home, '.cache');
  const shared = join(tmpdir(), `phlow-${name.replace(/[^\w.-]/g, '_')}`);
  return [...(isAbsolute(own) ? [join(own, 'phlow', 'bundles')] : []), join(shared, 'bundles')];
}

/** A container often runs with a user id that has no account: then there is neither a name nor, without HOME, a home. */
function user(): { readonly name: string; readonly home: string } {
  try {
    return { name: userInfo().username, home: homedir() };
  } catch {
    return { name: String(process.getuid?.()), home: process.env['HOME'] ?? '' };
  }
}
