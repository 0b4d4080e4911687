import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { shellText } from '../visible-text.js';
import { library } from './library.js';

/** The command that makes this phlow known to code in a folder, as a list of none or one: none where the code finds one by its name. */
export async function installCommands(folder: string, alsoTools = false): Promise<readonly string[]> {
  if (isPhlowFound(folder)) return alsoTools ? ['npm install'] : [];
  const { PHLOW_FOLDER } = await library();
  return [`npm install --save-dev ${shellText(resolve(PHLOW_FOLDER))}`];
}

function isPhlowFound(folder: string): boolean {
  try {
    createRequire(join(folder, 'index.js')).resolve('phlow/package.json');
    return true;
  } catch {
    return false;
  }
}
