import { PhlowError } from '../../errors.js';
import { parseManifest } from '../../manifest/parse.js';
import { yaml } from '../../yaml-package.js';

/** The name of the code of a built module. */
export const BUILT_ENTRY = 'module.js';

/** The text of a manifest with another entry; all else, comments too, stays as it is. */
export function builtManifest(text: string, file: string): string {
  const document = yaml().parseDocument(text);
  const entry: unknown = document.get('entry', true);
  const range = yaml().isScalar(entry) ? entry.range : undefined;
  const changed =
    range === undefined || range === null
      ? `${text.trimEnd()}\nentry: ${BUILT_ENTRY}\n`
      : text.slice(0, range[0]) + BUILT_ENTRY + text.slice(range[1]);
  if (isSameOtherwise(text, changed, file)) return changed;
  // Written on one line, say, or with an end of its own.
  document.set('entry', BUILT_ENTRY);
  const written = document.toString({ lineWidth: 0 });
  if (isSameOtherwise(text, written, file)) return written;
  throw new PhlowError(
    'PHLOW_BUILD_FAILED',
    `Cannot build ${file}: its entry cannot be replaced; write "entry:" on a line of its own`,
  );
}

function isSameOtherwise(text: string, changed: string, file: string): boolean {
  try {
    const { entry, ...others } = withoutPlaces(changed, file);
    return (
      entry === BUILT_ENTRY &&
      JSON.stringify(others) === JSON.stringify({ ...withoutPlaces(text, file), entry: undefined })
    );
  } catch {
    return false;
  }
}

function withoutPlaces(text: string, file: string): Record<string, unknown> {
  return { ...parseManifest(text, file) };
}
