import { join } from 'node:path';
import { readPlainFile } from '../manifest/read-plain-file.js';
import { isMap } from '../values.js';

const MAX_BYTES = 4 * 1_048_576;

/** A package.json as plain data, of which nothing is known; undefined when there is none in the folder. */
export async function readPackageJson(
  folder: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readPlainFile(join(folder, 'package.json'), MAX_BYTES).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text.toString());
    return isMap(data) ? data : {};
  } catch {
    // What is not JSON says nothing; the bundler complains about it itself, with the place.
    return {};
  }
}
