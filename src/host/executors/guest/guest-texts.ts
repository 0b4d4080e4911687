import { readFileSync } from 'node:fs';
import { bundleModule, type BundleOptions } from '../../../sandbox/bundle/bundle-module.js';
import { faultReader, type FaultReader } from '../../../sandbox/bundle/fault-reader.js';
import { sourceName } from '../../../wire/guest-boot.js';

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

/** The texts that a guest's container is made of; read once, when the first guest is started. */
export interface GuestTexts {
  /** What precedes the compartment library, the library, the lockdown and our own code: one script, in ASCII. */
  readonly script: string;
  /** What a thread or a process runs first. */
  readonly boot: { readonly thread: string; readonly process: string };
}

let texts: GuestTexts | undefined;

/** The texts as the build has left them. */
export function guestTexts(): GuestTexts {
  texts ??= readTexts();
  return texts;
}

function readTexts(): GuestTexts {
  const own = (name: string): string =>
    readFileSync(new URL(`../../../../workers/runtime/guest/${name}.txt`, import.meta.url), 'utf8');
  return {
    script: `${own('prelude')}\n${own('compartments')}\n${own('core')}`,
    boot: { thread: own('thread-boot'), process: own('process-boot') },
  };
}
