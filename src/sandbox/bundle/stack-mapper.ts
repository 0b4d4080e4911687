import { relative } from 'node:path';
import { visibleLine } from '../../visible-text.js';
import { SourceLocations } from './source-locations.js';

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
    places ??= new SourceLocations(map, folder);
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
