import type { Files } from '../../../src/sdk/index.js';
import { textOf, type ValueMap } from '../../../src/values.js';
import { booleanOf, type FsInput, grantedPath, parentOf } from './input.js';
import { errnoOf, Refusal } from './reply.js';

/** Writes a file, or makes a folder where there is no content. */
export async function write(files: Files, path: string, input: FsInput): Promise<ValueMap> {
  const parents = booleanOf(input.recursive, true);
  if (path === '') throw new Refusal('No such file or directory (os error 2)');
  if (input.content === undefined) {
    await files.makeFolder(grantedPath(path), { parents });
    return { kind: 'dir', path, created: true };
  }
  const { content } = input;
  const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(textOf(content));
  const overwrite = booleanOf(input.force, false);
  try {
    const { overwritten } = await files.replace(grantedPath(path), bytes, { overwrite, parents });
    return { kind: 'file', path, written: bytes.length, overwritten };
  } catch (error) {
    throw refusalOf(error, path) ?? error;
  }
}

/** The module's own words for what a step can do something about. */
function refusalOf(error: unknown, path: string): Refusal | undefined {
  switch (errnoOf(error)) {
    case 'EEXIST':
      return new Refusal(`file already exists (use force: true): ${path}`);
    case 'ENOENT': {
      const parent = parentOf(path);
      return parent === undefined ? undefined : new Refusal(`parent directory does not exist: ${parent}`);
    }
    default:
      return undefined;
  }
}
