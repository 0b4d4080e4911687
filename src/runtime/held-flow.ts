import { PhlowError } from '../errors.js';
import type { IsolationOptions } from '../host/isolation-options.js';
import type { LoadOptions } from '../host/module-types.js';
import { readIsolationLevel } from '../sandbox/levels.js';
import type { FoundFlow } from './flow-source.js';
import { PackageGrant } from './package-grant.js';

/** How the owner wants a flow to be held that came with a package and that is opened by itself. */
export interface PackageFlowOptions {
  /** For a flow that came with a package: the level that it runs at. Default `isolated`. */
  readonly isolation?: IsolationOptions['isolation'];
  /** The same, with the jail around its process. */
  readonly jail?: IsolationOptions['jail'];
  /** The same, with the limits that hold whatever its manifest wishes. */
  readonly limits?: IsolationOptions['limits'];
  /** The same: what the modules that it uses may do, by the names that it gives to them: `{ inside: { NAME: { fs: { read: ['./x'] } } } }`. */
  readonly grant?: unknown;
}

/** How a flow is held that is opened by itself. */
export interface HeldFlow {
  /** How what runs the flow is loaded; undefined for the owner's own, which run in the host's thread. */
  readonly isolationSettings: LoadOptions | undefined;
  /** What its modules are granted; undefined for the owner's own, which say so themselves. */
  readonly packageGrant: PackageGrant | undefined;
}

/**
 * Reads how a flow is held that is opened by itself, whatever for: to run, test, check or audit it.
 *
 * @param attempt the start of the message, such as `Cannot open a flow`.
 * @throws PHLOW_OPTION_INVALID for what cannot be read, and for a flow of the owner's, which runs in the host's thread and says itself what its modules
 * get.
 */
export function holdFlow(
  { packageFolder, file }: Pick<FoundFlow, 'packageFolder' | 'file'>,
  { isolation, jail, limits, grant }: PackageFlowOptions,
  attempt: string,
): HeldFlow {
  const given = Object.entries({ isolation, jail, limits }).filter(([, value]) => value !== undefined);
  if (packageFolder !== undefined) {
    if (isolation !== undefined) readIsolationLevel(isolation, file ?? 'flow');
    return {
      isolationSettings: Object.fromEntries(given),
      packageGrant: PackageGrant.ofFile(file ?? '', grant),
    };
  }
  const [first] = grant === undefined ? given.map(([name]) => name) : ['grant'];
  if (first === undefined) return { isolationSettings: undefined, packageGrant: undefined };
  const message = `${attempt}: the option "${first}" is for a flow that came with a package, but this flow is your own and runs in the host's thread; set it for each module in its entry under "modules:"`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, file === undefined ? {} : { details: { file } });
}
