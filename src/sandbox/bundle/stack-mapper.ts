import { relative, resolve } from 'node:path';
import { visibleLine } from '../../visible-text.js';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** A place in what an author wrote; line and column count from 1. */
export interface OriginalPlace {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Finds where places of a bundle come from. */
export class SourceLocations {
  readonly #map: SourceMap | undefined;
  readonly #folder: string;

  /**
   * @param map the source map; undefined where there is none
   * @param folder the module's folder, which the map's sources are relative to
   */
  constructor(map: SourceMapPayload | undefined, folder: string) {
    this.#map = map === undefined ? undefined : new SourceMap(map);
    this.#folder = folder;
  }

  /** The same for a source map as JSON text, `''` for none. */
  static ofText(map: string, folder: string): SourceLocations {
    return new SourceLocations(map === '' ? undefined : (JSON.parse(map) as SourceMapPayload), folder);
  }

  /** The source of a place in the bundle; both count from 1. Undefined for what the bundler itself added. */
  find(line: number, column: number): OriginalPlace | undefined {
    const entry = this.#map?.findEntry(line - 1, column - 1);
    if (entry === undefined || !('originalSource' in entry) || typeof entry.originalSource !== 'string')
      return undefined;
    if (/^phlow[a-z-]*:/.test(entry.originalSource)) return undefined;
    return {
      file: resolve(this.#folder, entry.originalSource),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }
}

/** How a bundle was put into its compartment. */
export interface StackMapperOptions {
  readonly map: string;
  /** The module's folder. */
  readonly folder: string;
  /** The name that the code runs under, as in `//# sourceURL=phlow-module:cache`. */
  readonly sourceUrl: string;
  /** Lines that stand before the bundle's first one. */
  readonly lineOffset: number;
}

const MAX_FRAMES = 50;

/**
 * Makes a function that rewrites a module's stack traces: places in the bundle become places in the author's files, relative to the module's
 * folder; frames of the host's own compartment code are left out. The trace is the module's own text and is treated as such: escaped line by
 * line and cut at 50 frames.
 */
export function stackMapper({
  map,
  folder,
  sourceUrl,
  lineOffset,
}: StackMapperOptions): (stack: string) => string {
  let places: SourceLocations | undefined;
  const escaped = sourceUrl.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const place = new RegExp(`${escaped}:(\\d{1,7}):(\\d{1,7})`, 'g');
  const mapped = (_found: string, line: string, column: string): string => {
    places ??= SourceLocations.ofText(map, folder);
    const original = places.find(Number(line) - lineOffset, Number(column));
    if (original === undefined) return `${sourceUrl}:${line}:${column}`;
    const name = relative(folder, original.file).replaceAll('\\', '/');
    return `${name}:${original.line}:${original.column}`;
  };
  return (stack) =>
    stack
      .split('\n')
      .slice(0, MAX_FRAMES)
      .filter((line, i) => i === 0 || !/^\s+at .*\b(?:phlow:(?:ses|core|guest)|node:internal)/.test(line))
      .map((line) => visibleLine(line.replace(place, mapped)))
      .join('\n');
}
