import { readFileSync, statSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SourceLocations, type OriginalPlace } from '../../src/sandbox/bundle/stack-mapper.js';
import { isMap } from '../../src/values.js';

/** A place in compiled code, and the source map that the code names: a URL, or one relative to the code's file. */
export interface CompiledPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mapUrl: string;
}

/** A larger map is left alone: parsing one takes tens of times its size. */
const MAX_MAP_BYTES = 32 * 1_048_576;
const DATA = /^data:application\/json[^,]*;base64,/;
const SCHEME = /^[a-z][a-z\d+.-]+:/i;

/** The work of a thread beside the host's: where places in compiled code come from; undefined where that cannot be known. */
export default function sourcesOf(places: readonly CompiledPlace[]): readonly (OriginalPlace | undefined)[] {
  const maps = new Map<string, SourceLocations | undefined>();
  return places.map(({ file, line, column, mapUrl }) => {
    if (!maps.has(file)) maps.set(file, locationsOf(file, mapUrl));
    return maps.get(file)?.find(line, column);
  });
}

function locationsOf(file: string, mapUrl: string): SourceLocations | undefined {
  try {
    const { text, folder } = mapOf(file, mapUrl);
    const map: unknown = JSON.parse(text);
    if (!isMap(map) || !Array.isArray(map['sources'])) return undefined;
    const root = typeof map['sourceRoot'] === 'string' ? map['sourceRoot'] : '';
    const sources = (map['sources'] as unknown[]).map((source) => pathOf(root, String(source)));
    return new SourceLocations({ ...map, sources } as unknown as SourceMapPayload, folder);
  } catch {
    // A map that is gone or broken: the place in the compiled code is what there is to show.
    return undefined;
  }
}

/** The text of a map and the folder that its sources are relative to. */
function mapOf(file: string, mapUrl: string): { readonly text: string; readonly folder: string } {
  if (DATA.test(mapUrl)) {
    const text = Buffer.from(mapUrl.replace(DATA, ''), 'base64').toString();
    return { text, folder: dirname(file) };
  }
  const path = fileURLToPath(new URL(mapUrl, pathToFileURL(file)));
  const { size } = statSync(path);
  if (size > MAX_MAP_BYTES) throw new RangeError(`${path} has ${size} bytes`);
  return { text: readFileSync(path, 'utf8'), folder: dirname(path) };
}

/** A source by its path. One that is known by an address of a bundler's own has none. */
function pathOf(root: string, source: string): string {
  const joined = root === '' || SCHEME.test(source) ? source : `${root.replace(/\/$/, '')}/${source}`;
  if (joined.startsWith('file:')) return resolve(fileURLToPath(joined));
  if (SCHEME.test(joined)) throw new TypeError(`${joined} is no file`);
  return decodeURI(joined);
}
