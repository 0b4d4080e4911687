import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap } from '../values.js';

/** A package.json as plain data, of which nothing is known; undefined when there is none in the folder. */
export async function readPackageJson(
  folder: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return isMap(data) ? data : {};
  } catch {
    // What is not JSON says nothing; the bundler complains about it itself, with the place.
    return {};
  }
}
