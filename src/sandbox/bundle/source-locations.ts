import { SourceMap, type SourceMapPayload } from 'node:module';
import { resolve } from 'node:path';

/** A place in a module's own source; line and column count from 1. */
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
   * @param map the bundle's source map as JSON text
   * @param folder the module's folder, which the map's sources are relative to
   */
  constructor(map: string, folder: string) {
    this.#map = map === '' ? undefined : new SourceMap(JSON.parse(map) as SourceMapPayload);
    this.#folder = folder;
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
