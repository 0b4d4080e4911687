import { PhlowError } from '../errors.js';
import { FuelError, withFuel } from './fuel.js';

/**
 * Calls `run` and gives up after this many steps (about 10 ns each). A manifest comes from the author of the module, and a few lines of it (a
 * pattern that backtracks, a schema that refers to itself) can keep a checker busy forever, here on the host's own thread.
 *
 * @throws PhlowError whatever `run` throws as one; anything else, running out of steps or stack included, as the error `refuse` makes.
 */
export function boundedRun<T>(
  run: () => T,
  maxSteps: number,
  refuse: (reason: string, cause: unknown) => PhlowError,
): T {
  try {
    return withFuel(maxSteps, run);
  } catch (error) {
    if (error instanceof PhlowError) throw error;
    throw refuse(reasonOf(error, maxSteps), error);
  }
}

function reasonOf(error: unknown, maxSteps: number): string {
  if (error instanceof FuelError) return `checking it takes more than ${maxSteps} steps`;
  if (isNamed(error, 'RangeError')) return 'it is nested too deeply or refers to itself without end';
  return `the check failed: ${String(error)}`;
}

/** True for an error of this name; not `instanceof`, because it may come from another realm. */
export function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}
