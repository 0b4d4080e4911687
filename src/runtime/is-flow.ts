import { isPhlowError } from '../errors.js';
import { parseFlowText } from '../flow/load-text.js';
import { DISK } from '../flow/source/flow-files.js';

/** Whether a file is a flow of its own, and not a part that others include: a mapping with steps. */
export function isFlow(path: string): boolean {
  try {
    const text = DISK.read(path);
    if (text === undefined) return false;
    const root = parseFlowText({ path, text }, DISK);
    return root.kind === 'map' && root.entries.has('steps');
  } catch (error) {
    // A part may hold arguments and indentation that only make sense where it is included.
    if (isPhlowError(error)) return false;
    throw error;
  }
}
