import { PhlowError } from '../errors.js';
import { PHLOW_VERSION } from '../version.js';
import type { Manifest } from './manifest.js';
import { satisfies } from './version-range.js';

/** The versions that run a module. */
export interface RunningVersions {
  readonly phlow: string;
  readonly node: string;
}

/** The versions of this process. */
const RUNNING: RunningVersions = { phlow: PHLOW_VERSION, node: process.versions.node };

/**
 * Makes sure that a module may run here.
 *
 * @throws PhlowError PHLOW_ENGINE_UNSUPPORTED with the place of the range that does not admit the running version.
 */
export function requireEngines(manifest: Manifest, running: RunningVersions = RUNNING): void {
  for (const engine of ['phlow', 'node'] as const) {
    const range = manifest.engines[engine];
    if (range === undefined || satisfies(running[engine], range)) continue;
    throw new PhlowError(
      'PHLOW_ENGINE_UNSUPPORTED',
      `Cannot run module "${manifest.name}": it needs ${engine} ${range}, and this is ${engine} ${running[engine]}`,
      { place: manifest.placeOf(`/engines/${engine}`), details: { engine, range, running: running[engine] } },
    );
  }
}
