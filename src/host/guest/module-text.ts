import { bundleModule, type BundleOptions } from '../../sandbox/bundle/bundle-module.js';
import { stackMapper } from '../../sandbox/bundle/stack-mapper.js';
import { sourceName } from '../../wire/source-name.js';

/** A module as one text, and how places in that text become places in the author's files. */
export interface ModuleText {
  readonly code: string;
  readonly mapStack: (stack: string) => string;
}

/** The guest puts one line before the first one of the bundle. */
const LINES_BEFORE = 1;

/** The text of a module for a compartment. */
export async function moduleText(options: BundleOptions): Promise<ModuleText> {
  const { code, map, folder } = await bundleModule(options);
  const sourceUrl = sourceName(options.module);
  return { code, mapStack: stackMapper({ map, folder, sourceUrl, lineOffset: LINES_BEFORE }) };
}
