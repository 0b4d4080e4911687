import { open, type FileHandle } from 'node:fs/promises';

/**
 * Opens a file, and closes it when the work is done. Not by `await using`: it asks for `Symbol.asyncDispose`, which the contexts of some test runners
 * do not have.
 */
export async function withFile<Result>(
  path: string,
  flags: string | number,
  work: (file: FileHandle) => Promise<Result>,
  mode?: number,
): Promise<Result> {
  const file = await open(path, flags, mode);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
