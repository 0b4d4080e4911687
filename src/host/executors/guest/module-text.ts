import { bundleModule, type BundleOptions } from '../../../sandbox/bundle/bundle-module.js';
import { faultReader, type FaultReader } from '../../../sandbox/bundle/fault-reader.js';
import { sourceName } from '../../../wire/source-name.js';

/** A module as one text, and who reads the errors of that text. */
export interface ModuleText {
  readonly code: string;
  readonly faults: FaultReader;
}

/** The guest puts one line before the first one of the bundle. */
const LINES_BEFORE = 1;

/** The text of a module for a compartment. */
export async function moduleText(options: BundleOptions): Promise<ModuleText> {
  const { code, map, folder } = await bundleModule(options);
  const sourceUrl = sourceName(options.module);
  return { code, faults: faultReader(code, { map, folder, sourceUrl, lineOffset: LINES_BEFORE }) };
}
