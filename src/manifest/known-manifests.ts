import { readFileSync } from 'node:fs';
import { builtInNames } from './built-in-modules.js';
import { answerTo, manifestFrom, type CheckAnswer } from './checks-beside.js';
import type { Manifest } from './manifest.js';
import { builtInManifest } from './phlow-folder.js';
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
  const name = builtInNames().find((built) => file === builtInManifest(built));
  // What stands on `Object.prototype` changes what the compiler writes.
  if (name === undefined || additions().length > 0) return undefined;
  known ??= read();
  const found = known[name];
  if (found?.text !== text || !('manifest' in found.answer)) return undefined;
  const { manifest, codes } = found.answer;
  // Copies: what a host is given may be changed there.
  return manifestFrom({ manifest: { ...structuredClone(manifest), file }, codes }, text, file);
}

function read(): Readonly<Record<string, KnownManifest>> {
  try {
    return JSON.parse(readFileSync(KNOWN_MANIFESTS_FILE, 'utf8')) as Readonly<Record<string, KnownManifest>>;
  } catch {
    // Who has put phlow into a file of their own has left it behind: the manifests are read as others are.
    return {};
  }
}

/** What the build writes into that file. */
export function knownManifestsText(): string {
  const entries = builtInNames().flatMap((name): [string, KnownManifest][] => {
    const file = builtInManifest(name);
    if (file === undefined) return [];
    const text = readFileSync(file, 'utf8');
    // Where it stands is known when it is read.
    return [[name, { text, answer: answerTo({ text, file: '', additions: [] }) }]];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
