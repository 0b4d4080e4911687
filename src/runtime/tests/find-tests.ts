import { isPhlowError } from '../../errors.js';
import { parseFlowText } from '../../flow/load-text.js';
import { DISK } from '../../flow/source/flow-files.js';

/**
 * Whether a file is a flow with tests. A part that other flows include is none; a file that cannot be read as a flow counts when it seems to
 * have tests, so that a mistake in it is not taken for their absence.
 */
export function hasTests(path: string): boolean {
  let text: string | undefined;
  try {
    text = DISK.read(path);
    if (text === undefined) return false;
    const root = parseFlowText({ path, text }, DISK);
    return root.kind === 'map' && root.entries.has('tests');
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return text === undefined || /^tests\s*:/m.test(text);
  }
}
