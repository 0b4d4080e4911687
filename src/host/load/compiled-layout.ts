import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, PhlowError } from '../../errors.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { isInside } from '../../sandbox/snapshot/inside.js';
import { isMap } from '../../values.js';

/** A folder of sources and the one that they are compiled to, as `"phlow": { "outDir": { "src": "dist" } }` in a package.json says. */
interface CompiledLayout {
  readonly source: string;
  readonly compiled: string;
  /** The package.json. */
  readonly file: string;
}

const MAX_BYTES = 1_048_576;

/** What the compiler makes of a source, by its extension. */
const COMPILED: Readonly<Record<string, string>> = { ts: 'js', tsx: 'js', mts: 'mjs', cts: 'cjs' };

/** The folder with the manifest of a module that was compiled to a folder without one; undefined where no package.json says so. */
export function sourceFolderOf(folder: string): string | undefined {
  for (const { source, compiled } of layoutsAround(folder)) {
    if (!isInside(compiled, folder)) continue;
    const place = join(source, relative(compiled, folder));
    if (existsSync(join(place, MANIFEST_FILE))) return place;
  }
  return undefined;
}

/**
 * The URL of the code that an entry in TypeScript was compiled to; undefined for code that is none, and where no package.json says that it is compiled.
 * Throws PHLOW_ENTRY_MISSING where it says so and there is no such file.
 */
export function compiledEntry(module: string, entry: string): string | undefined {
  const path = fileURLToPath(entry);
  const [, name = '', extension = ''] = /^(.*)\.([cm]?tsx?)$/.exec(path) ?? [];
  const ending = COMPILED[extension];
  if (ending === undefined) return undefined;
  const layout = layoutsAround(dirname(path)).find(({ source }) => isInside(source, path));
  if (layout === undefined) return undefined;
  const compiled = join(layout.compiled, relative(layout.source, `${name}.${ending}`));
  if (statSync(compiled, { throwIfNoEntry: false })?.isFile() === true) return pathToFileURL(compiled).href;
  const message = `Cannot load module "${module}": ${path} is compiled to ${compiled}, as ${layout.file} says ("phlow": { "outDir": ... }), and there is no such file; run the compiler first`;
  throw new PhlowError('PHLOW_ENTRY_MISSING', message, { details: { module, looked: [compiled] } });
}

/** The folders that the nearest package.json with such a declaration names. */
function layoutsAround(folder: string): readonly CompiledLayout[] {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const file = join(at, 'package.json');
    const outDir = outDirIn(file);
    if (outDir !== undefined)
      return Object.entries(outDir).map(([source, compiled]) => ({
        source: placeIn(at, source, file),
        compiled: placeIn(at, compiled, file),
        file,
      }));
    if (dirname(at) === at) return [];
  }
}

function outDirIn(file: string): Readonly<Record<string, unknown>> | undefined {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? Infinity) > MAX_BYTES) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PhlowError('PHLOW_LOAD_FAILED', `Cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  const phlow = isMap(data) ? data['phlow'] : undefined;
  const outDir = isMap(phlow) ? phlow['outDir'] : undefined;
  if (outDir === undefined || isMap(outDir)) return outDir;
  throw new PhlowError(
    'PHLOW_LOAD_FAILED',
    `Cannot read ${file}: "phlow.outDir" names the folder of the sources and the one that they are compiled to, such as { "src": "dist" }`,
  );
}

function placeIn(root: string, written: unknown, file: string): string {
  const place = typeof written === 'string' ? resolve(root, written) : '';
  if (isInside(root, place)) return place;
  const message = `Cannot read ${file}: "phlow.outDir" names folders beside it, such as { "src": "dist" }: found ${JSON.stringify(written)}`;
  throw new PhlowError('PHLOW_LOAD_FAILED', message);
}
