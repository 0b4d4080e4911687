import { fileURLToPath } from 'node:url';
import { boundedStack } from '../../wire/fault.js';
import { readFrame } from './stack-frame.js';

const THREAD_CODE = new URL('../../../workers/runtime/', import.meta.url);
/** Stacks name files by URL or by path. */
const THREAD_FOLDERS = [THREAD_CODE.href, fileURLToPath(THREAD_CODE)];

/**
 * True for Node's own code and for the code that every module's thread runs: a frame there says nothing about the module. The modules
 * that ship with phlow lie in a folder of their own and are modules like any other.
 */
export function isThreadCode(file: string): boolean {
  if (file === '' || file.startsWith('node:')) return true;
  return THREAD_FOLDERS.some((folder) => file.startsWith(folder));
}

/** A stack without the frames that say nothing about the module. */
export function ownStack(stack: string): string {
  return boundedStack(stack)
    .split('\n')
    .filter(
      (line) =>
        line.trim() !== 'at new Promise (<anonymous>)' && !isThreadCode(readFrame(line)?.source ?? line),
    )
    .join('\n');
}
