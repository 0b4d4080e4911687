import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What the bundler reads beside the code, wherever it finds it. */
const SETTINGS: readonly string[] = ['package.json', 'tsconfig.json', 'jsconfig.json'];

/** What is wrong with files of settings in a module's folder: a pipe or a device in the place of one would keep the bundler waiting for ever. */
export async function oddSettings(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const odd: string[] = [];
  for (const entry of entries) {
    if (!SETTINGS.includes(entry.name) || entry.isFile() || entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const leadsTo = await stat(path).catch(() => undefined);
    if (leadsTo !== undefined && !leadsTo.isFile() && !leadsTo.isDirectory())
      odd.push(`${relative(folder, path)} is not a regular file`);
  }
  return odd;
}
