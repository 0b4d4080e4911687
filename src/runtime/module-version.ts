import { isPhlowError, PhlowError } from '../errors.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { placeOf } from '../flow/source/source-file.js';
import { installCommand } from '../host/load/install-command.js';
import { isPackageName } from '../manifest/built-in-modules.js';
import { semver } from '../semver-package.js';

/** What a declaration says when any version will do. */
const ANY_VERSION = 'latest';

/**
 * Makes sure that a module has the version that a flow declares, by the rules of npm: nothing is fetched, so what is there must do.
 *
 * @param found the version in the module's manifest; undefined when it names none.
 * @throws PHLOW_FLOW_INVALID for a version that is none, PHLOW_MODULE_NOT_FOUND for a module of another one.
 */
export function requireVersion(
  { module, name, version, range }: ModuleDeclaration,
  found: string | undefined,
): void {
  // One that is named exactly needs no reader of ranges.
  if (version === ANY_VERSION || version === found) return;
  const place = placeOf(range);
  if (version.trim() === '' || semver().validRange(version) === null) {
    const message = `Cannot use module "${name}": "${version}" is not a version; write version: 1.2.3, version: ^1.2 or version: latest`;
    throw new PhlowError('PHLOW_FLOW_INVALID', message, { place, details: { module: name, version } });
  }
  if (found !== undefined && semver().satisfies(found, version)) return;
  const is = found === undefined ? 'its phlow.yaml names none' : `it is ${found}`;
  const install = isPackageName(module) ? installCommand(module, version) : 'install that version';
  const fix = found === undefined ? 'write version: latest' : `${install}, or write version: ${found}`;
  throw new PhlowError(
    'PHLOW_MODULE_NOT_FOUND',
    `Cannot use module "${name}": version ${version} is asked for, but ${is}; ${fix}`,
    { place, details: { module: name, version, found } },
  );
}

/**
 * The error of a module that is not there, as a flow needs it: with the command that installs the version that it declares, and where functions come
 * from. Any other error as it is.
 */
export function withDeclaredVersion(error: unknown, { module, version }: ModuleDeclaration): unknown {
  if (!isPhlowError(error)) return error;
  const { code, message, place, details } = error;
  const { install } = details;
  if (code !== 'PHLOW_MODULE_NOT_FOUND' || typeof install !== 'string') return error;
  const exact = version === ANY_VERSION ? install : installCommand(module, version);
  const text = `${message.replace(install, () => exact)}; a function of an application is known only where that application runs the flow`;
  return new PhlowError(code, text, { cause: error, place, details: { ...details, install: exact } });
}
