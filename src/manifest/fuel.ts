/** Thrown when a check has used up what it was given. */
export class FuelError extends Error {
  override readonly name = 'FuelError';
}

let left = Infinity;

/** Takes so many steps off what the check that is running has left; outside of `withFuel` there is no end. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new FuelError('out of steps');
}

/**
 * Runs a check with an end: everything in it whose cost its author decides calls `spend`. Steps and not milliseconds, because V8's own time
 * limit starts a thread for each run, and ends the whole process where the machine has no thread or descriptor left; and because
 * what is refused must not depend on how busy the machine is.
 *
 * @throws FuelError when it takes more steps.
 */
export function withFuel<T>(steps: number, run: () => T): T {
  const around = left;
  left = Math.min(steps, around);
  try {
    return run();
  } finally {
    left = around;
  }
}
