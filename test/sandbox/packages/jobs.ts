import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { IsolationLevel } from '../../../src/index.js';
import type { Value } from '../../../src/values.js';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const FOLDER = join(ROOT, 'test/fixtures/npm');

/** A package with a small piece of real work. */
export interface Job {
  readonly package: string;
  /** In the place of the name, for a package that stands for others. */
  readonly title?: string;
  /** Sets jobs of one package apart. */
  readonly note?: string;
  /** A module that uses the package: an ES module unless it says otherwise. */
  readonly source: string;
  readonly commonJs?: boolean;
  readonly permissions?: Readonly<Record<string, Value>>;
  readonly input?: Value;
  readonly reply: Value;
  /** What of a compartment it runs into, and the level that runs it. */
  readonly limit?: { readonly name: string; readonly level: IsolationLevel };
}

/** All jobs; `$SERVER` in them becomes `server`, `$NATIVE` a package that is a native addon for this machine. */
export function jobs(server: string): readonly Job[] {
  return readdirSync(FOLDER)
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8')
        .replaceAll('$SERVER', server)
        .replaceAll('$NATIVE', nativePackage());
      return parse(text) as readonly Job[];
    });
}

function nativePackage(): string {
  const [name = 'none'] = readdirSync(join(ROOT, 'node_modules/@unrs'));
  return `@unrs/${name}`;
}

export function titleOf({ package: name, title, note }: Job): string {
  if (title !== undefined) return title;
  return note === undefined ? name : `${name} (${note})`;
}

/** The installed version of a package: many do not export their package.json, so it is looked for. */
export function versionOf(name: string): string {
  const [first = ''] = createRequire(join(ROOT, 'package.json')).resolve.paths(name) ?? [];
  const text = readFileSync(join(first, name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Where the modules of jobs are written: below the packages that they import. */
export const JOB_FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'modules');
