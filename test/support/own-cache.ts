import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const PREFIX = 'phlow-test-cache-';

/**
 * Has this process and all that it starts keep bundles in a folder that goes when it ends: hundreds of modules are bundled once in tests, and the
 * cache of the user who runs them would keep each for ever. Jest calls it before its first worker, every script before it loads a module.
 */
export default function useOwnCache(): void {
  // A script that a test has started shares the folder of the test.
  if (basename(process.env['XDG_CACHE_HOME'] ?? '').startsWith(PREFIX)) return;
  const folder = realpathSync(mkdtempSync(join(placeOfCaches(), PREFIX)));
  process.env['XDG_CACHE_HOME'] = folder;
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
}

/** A copy that Node loads from is never below a folder that all users can write to, as that of temporary files is. */
function placeOfCaches(): string {
  const place = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  try {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    return place;
  } catch {
    return tmpdir();
  }
}
