import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_MANIFESTS } from './built-in-modules.js';
import { answerTo, manifestFrom, type CheckAnswer } from './checks-beside.js';
import type { Manifest } from './manifest.js';
import { PHLOW_FOLDER } from './phlow-folder.js';
import { additions } from './prototype-additions.js';

/** Where the build leaves what it has read of the manifests of built-in modules, their checks compiled. */
export const KNOWN_MANIFESTS_FILE = new URL('./known-manifests.json', import.meta.url);

/** What one text came to. */
interface KnownManifest {
  readonly text: string;
  readonly answer: CheckAnswer;
}

let known: Readonly<Record<string, KnownManifest>> | undefined;

/**
 * The manifest of a built-in module, if its text is the one that the build has read: reading it again, and compiling its schemas, takes longer than
 * all else that such a module does at its start. Undefined for every other manifest.
 */
export function knownManifest(text: string, file: string): Manifest | undefined {
  const name = Object.keys(BUILT_IN_MANIFESTS).find((built) => file === manifestFile(built));
  // What stands on `Object.prototype` changes what the compiler writes.
  if (name === undefined || additions().length > 0) return undefined;
  known ??= JSON.parse(readFileSync(KNOWN_MANIFESTS_FILE, 'utf8')) as typeof known;
  const found = known?.[name];
  if (found?.text !== text || !('manifest' in found.answer)) return undefined;
  const { manifest, codes } = found.answer;
  // Copies: what a host is given may be changed there.
  return manifestFrom({ manifest: { ...structuredClone(manifest), file }, codes }, text, file);
}

/** What the build writes into that file. */
export function knownManifestsText(): string {
  const entries = Object.keys(BUILT_IN_MANIFESTS).map((name): [string, KnownManifest] => {
    const file = manifestFile(name);
    const text = readFileSync(file, 'utf8');
    return [name, { text, answer: answerTo({ text, file, additions: [] }) }];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function manifestFile(name: string): string {
  return join(PHLOW_FOLDER, BUILT_IN_MANIFESTS[name] ?? '');
}
