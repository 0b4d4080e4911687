import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PhlowError } from '../errors.js';
import { visiblePath } from '../visible-text.js';

/** A new folder among the temporary ones, by its real path; the caller removes it. Rejects with PHLOW_LOAD_FAILED when there is no place for one. */
export async function scratchFolder(purpose: 'doctor' | 'learn'): Promise<string> {
  try {
    return await realpath(await mkdtemp(join(tmpdir(), `phlow-${purpose}-`)));
  } catch (error) {
    const message = `Cannot make a folder for temporary files in ${visiblePath(tmpdir())}: ${messageOf(error)}; set TMPDIR to a folder that the user who runs phlow may write to`;
    throw new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { file: tmpdir() } });
  }
}
