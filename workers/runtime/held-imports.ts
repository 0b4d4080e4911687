import { readFileSync, realpathSync } from 'node:fs';
import nodeModule from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** One import, and where Node has found it. URLs of files; anything else is not on the disk. */
export interface FoundImport {
  readonly specifier: string;
  readonly parent: string | undefined;
  readonly found: string;
}

interface Context {
  readonly parentURL?: string | undefined;
}

/** What newer Nodes have, and the types of the oldest lack. */
interface WithHooks {
  readonly registerHooks?: (hooks: {
    resolve: <T extends { readonly url: string }>(
      specifier: string,
      context: Context,
      next: (specifier: string, context: Context) => T,
    ) => T;
  }) => void;
}

/** What Node's `require` finds files with, undocumented and the same on every Node that has no hooks for it. */
interface WithResolver {
  _resolveFilename: (
    request: string,
    parent: { filename?: string } | undefined,
    ...rest: unknown[]
  ) => string;
}

/**
 * From now on no file of the copy in `folder` imports by a name that its source spells what is not in the copy: an absolute path, a URL, a package
 * of `NODE_PATH`, of the home folder or of a folder above the copy. A name that the code puts together is not held.
 */
export function holdImports(folder: string, isGuarded: boolean): void {
  const held = realpathSync(folder);
  const { registerHooks } = nodeModule as WithHooks;
  if (registerHooks !== undefined) {
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        assertHeld({ specifier, parent: context.parentURL, found: found.url }, held);
        return found;
      },
    });
    return;
  }
  const resolver = nodeModule as unknown as WithResolver;
  const original = resolver._resolveFilename;
  resolver._resolveFilename = (specifier, parent, ...rest) => {
    const found = original.call(nodeModule, specifier, parent, ...rest);
    const from = parent?.filename === undefined ? undefined : pathToFileURL(parent.filename).href;
    const url = found.startsWith(sep) || /^[A-Za-z]:/.test(found) ? pathToFileURL(found).href : found;
    assertHeld({ specifier, parent: from, found: url }, held);
    return found;
  };
  // A guarded thread may not start the one that these hooks run in, and reads nothing outside of the copy that was not granted.
  if (!isGuarded) nodeModule.register('./held-hooks.js', import.meta.url, { data: { held } });
}

/** Throws for an import that leads out of the copy in `held`, if the source that imports spells it. */
export function assertHeld({ specifier, parent, found }: FoundImport, held: string): void {
  const file = pathIn(parent);
  const to = pathIn(found);
  if (file === undefined || to === undefined || !isIn(held, file) || isIn(held, to)) return;
  // It is whatever phlow runs the module, linked into the copy.
  if (/^phlow(?:\/|$)/.test(specifier)) return;
  const line = lineThatSpells(specifier, readFileSync(file, 'utf8'));
  if (line === undefined) return;
  throw new Error(
    `${file}:${line}: it imports ${JSON.stringify(specifier.slice(0, 200))}, which is found at ${to} and is not among the files that were accepted; put a copy of it into the module's folder, or name the package under "dependencies" in package.json`,
  );
}

function pathIn(url: string | undefined): string | undefined {
  return url?.startsWith('file:') === true ? fileURLToPath(url) : undefined;
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(folder + sep);
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|(\r?\n)|([^]))/gi;

/** The line, from 1, of the first text literal that is exactly this, however it is spelled. */
function lineThatSpells(specifier: string, source: string): number | undefined {
  const decoded = source.replace(ESCAPE, (_all, ...groups: (string | undefined)[]) => {
    const [x, u, point, lineBreak, other = ''] = groups;
    const hex = x ?? u ?? point;
    if (lineBreak !== undefined) return '';
    return hex === undefined ? other : String.fromCodePoint(Math.min(parseInt(hex, 16), 0x10ffff));
  });
  for (const text of [source, decoded])
    for (let at = text.indexOf(specifier); at >= 0; at = text.indexOf(specifier, at + 1)) {
      const quote = text[at - 1] ?? '';
      if (/["'`]/.test(quote) && text[at + specifier.length] === quote)
        return text.slice(0, at).split('\n').length;
    }
  return undefined;
}
