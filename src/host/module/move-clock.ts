import { PhlowError } from '../../errors.js';
import type { Instance } from './instance.js';
import type { ModuleOptions } from './module-options.js';

/**
 * Moves the clock of a module. Rejects with PHLOW_OPTION_INVALID for one whose time moves by itself, and as `down` says for one that does not run.
 *
 * @param instance undefined where none runs
 */
export async function moveClock(
  { name, clock }: Pick<ModuleOptions, 'name' | 'clock'>,
  instance: Instance | undefined,
  ms: number,
  down: () => PhlowError,
): Promise<void> {
  const refuse = (reason: string): PhlowError =>
    new PhlowError('PHLOW_OPTION_INVALID', `Cannot move the clock of module "${name}": ${reason}`, {
      details: { module: name },
    });
  if (clock !== 'manual')
    throw refuse("its time moves by itself; load it with clock: 'manual' to move it by hand");
  if (typeof ms !== 'number' || !(ms >= 0))
    throw refuse(`it is moved by a number of milliseconds from 0 up, found ${String(ms)}`);
  if (instance === undefined) throw down();
  await instance.advance(ms);
}
