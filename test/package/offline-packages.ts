import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from '../support/write-files.js';

/** Where this package lies. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Makes the package as it is published, in `folder`; its path. */
export function pack(folder: string): string {
  const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  return join(folder, execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8' }).trim());
}

/** Lays a packed package into an application's `node_modules`, and links what it depends on, as an installer would. Returns where it is. */
export function installPacked(tarball: string, folder: string): string {
  const own = join(folder, 'node_modules', 'phlow');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', own, '--strip-components=1']);
  for (const dependency of readdirSync(join(ROOT, 'node_modules'))) {
    const at = join(folder, 'node_modules', dependency);
    if (!dependency.startsWith('.') && !existsSync(at))
      symlinkSync(join(ROOT, 'node_modules', dependency), at);
  }
  return own;
}

interface Asks {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * What the package is made of, by name, as a place on this disk that an installer takes it from: no test needs a registry. What is there for other
 * systems is an empty package in `folder`.
 */
export function offlinePackages(folder: string): Readonly<Record<string, string>> {
  const places: Record<string, string> = {};
  const add = (from: string): void => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(from, 'package.json'), 'utf8'),
    ) as Asks;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name in places) continue;
      const found = installed(name, from);
      places[name] = `file:${found ?? absent(name, folder)}`;
      if (found !== undefined) add(found);
    }
  };
  add(ROOT);
  return places;
}

function installed(name: string, from: string): string | undefined {
  const at = join(from, 'node_modules', name);
  if (existsSync(at)) return at;
  return dirname(from) === from ? undefined : installed(name, dirname(from));
}

function absent(name: string, folder: string): string {
  const at = `absent/${name.replace('/', '-')}`;
  writeFiles(folder, { [`${at}/package.json`]: JSON.stringify({ name, version: '0.0.0' }) });
  return join(folder, at);
}
