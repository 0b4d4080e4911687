import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder: names, kinds, modes and contents, in order. */
export function folderState(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const mode = (stat.mode & 0o7777).toString(8);
      if (stat.isSymbolicLink()) return `${name} link ${readlinkSync(path)}`;
      return stat.isFile() ? `${name} ${mode} ${readFileSync(path, 'base64')}` : `${name}/ ${mode}`;
    });
}
