import { parse } from 'node:path';

/** The current folder. Where it has been removed, Node throws instead of naming it: then a path at which nothing is. Node starts no thread there whatever phlow does. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return `${parse(process.execPath).root}(removed current folder)`;
  }
}
