import { fileURLToPath } from 'node:url';

/** The folder of a module that only benches load; they stay in the source tree, where their manifests are. */
export function modulePath(name: string): string {
  return fileURLToPath(new URL(`../../bench/modules/${name}`, import.meta.url));
}
