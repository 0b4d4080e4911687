import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { errorCode } from '../../errors.js';
import { compareText } from '../../values.js';
import type { FileDetails, TreeEntry } from '../../sdk/capabilities.js';
import { ENTRIES_AT_ONCE, ENTRY_MS, LIST_BYTES, type Answer } from './answer.js';
import { failed } from './denied.js';
import { inFolder, inSubfolder, pathIn, type Inside } from './open-inside.js';

/** Folders within folders that are listed; each is held open while what is below it is. */
const MAX_DEPTH = 64;
/** Characters of all paths together: they are held, and written as text, before anybody looks at the length of the answer. */
const MAX_CHARACTERS = 1_048_576;

/** What there is to know of a file or folder without following a link. */
export function detailsOf(stat: Stats): FileDetails {
  const kind = kindOf(stat);
  return { kind, bytes: kind === 'file' ? stat.size : 0, modifiedMs: stat.mtimeMs };
}

function kindOf(stat: Stats): FileDetails['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'folder';
  return stat.isSymbolicLink() ? 'link' : 'other';
}

/**
 * Everything in a folder, links and pipes included, in the order of the names by code point; a folder comes right before what is in it. No link is
 * followed. Throws PHLOW_CAPABILITY_FAILED for more than `most` entries, for more than a mebibyte of paths, and for folders that are too deep.
 */
export async function listTree(
  place: Inside,
  { isRecursive, most }: { readonly isRecursive: boolean; readonly most: number },
  answer: Answer,
): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let characters = 0;
  let looked = 0;
  const visit = async (folder: string, above: readonly string[]): Promise<void> => {
    if (above.length > MAX_DEPTH)
      throw failed(place.attempt, `folders are nested more than ${MAX_DEPTH} levels deep`);
    for (const name of await namesIn(folder, most - entries.length, place)) {
      if (looked++ % ENTRIES_AT_ONCE === 0) await answer.spend(ENTRIES_AT_ONCE * ENTRY_MS);
      const path = [...above, name.toString()];
      const stat = await orGone(lstat(pathIn(folder, name)));
      if (stat === undefined) continue;
      const details = detailsOf(stat);
      const shown = path.join('/');
      characters += shown.length;
      if (characters > MAX_CHARACTERS)
        throw failed(
          place.attempt,
          `the paths of its entries have more than ${MAX_CHARACTERS} characters; list its folders one by one`,
        );
      entries.push({ path: shown, ...details });
      if (isRecursive && details.kind === 'folder')
        await orGone(inSubfolder(folder, name, place, (inner) => visit(inner, path)));
    }
  };
  await answer.reserve(LIST_BYTES);
  await inFolder(place, (folder) => visit(folder, []));
  if (entries.length <= ENTRIES_AT_ONCE) answer.release();
  return entries;
}

/** Undefined for what went while the folder was looked at. */
async function orGone<T>(looking: Promise<T>): Promise<T | undefined> {
  return looking.catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

async function namesIn(folder: string, most: number, place: Inside): Promise<readonly Buffer[]> {
  const names: { readonly bytes: Buffer; readonly text: string }[] = [];
  // One character for each byte: not every name is UTF-8.
  for await (const { name } of await opendir(folder, { encoding: 'latin1' })) {
    const bytes = Buffer.from(name, 'latin1');
    if (names.push({ bytes, text: bytes.toString() }) > most)
      throw failed(place.attempt, 'there are more entries than one call lists');
  }
  return names.sort((a, b) => compareText(a.text, b.text)).map(({ bytes }) => bytes);
}
