import { PhlowError } from '../errors.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { placeOf } from '../flow/source/source-file.js';
import { isVersionRange, satisfies } from '../manifest/version-range.js';

/** What a declaration says when any version will do. */
const ANY_VERSION = 'latest';

/**
 * Makes sure that a module has the version that a flow declares: nothing is fetched, so what is there must do.
 *
 * @param found the version in the module's manifest; undefined when it names none.
 * @throws PHLOW_FLOW_INVALID for a version that is none, PHLOW_MODULE_NOT_FOUND for a module of another one.
 */
export function requireVersion({ name, version, range }: ModuleDeclaration, found: string | undefined): void {
  if (version === ANY_VERSION) return;
  const place = placeOf(range);
  if (!isVersionRange(version)) {
    const message = `Cannot use module "${name}": "${version}" is not a version; write version: 1.2.3, version: ^1.2 or version: latest`;
    throw new PhlowError('PHLOW_FLOW_INVALID', message, { place, details: { module: name, version } });
  }
  if (found !== undefined && satisfies(found, version)) return;
  const is = found === undefined ? 'its phlow.yaml names none' : `it is ${found}`;
  const fix =
    found === undefined ? 'write version: latest' : `install that version, or write version: ${found}`;
  throw new PhlowError(
    'PHLOW_MODULE_NOT_FOUND',
    `Cannot use module "${name}": version ${version} is asked for, but ${is}; ${fix}`,
    { place, details: { module: name, version, found } },
  );
}
