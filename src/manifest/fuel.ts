/** Thrown when a check has used up what it was given. */
export class FuelError extends Error {
  override readonly name = 'FuelError';
}

let left = Infinity;

/** Takes this many steps off what the check that is running has left; outside of `withFuel` there is no end. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new FuelError('out of steps');
}

/** What the check that is running has left; less than nothing once it has run out. */
export function stepsLeft(): number {
  return left;
}

/**
 * Runs a check with an end: everything in it whose cost its author decides calls `spend`. Steps and not milliseconds, because V8's own time
 * limit starts a thread for each run, and ends the whole process where the machine has no thread or descriptor left; and because
 * what is refused must not depend on how busy the machine is.
 *
 * Inside another check with an end, it also ends where that one does.
 *
 * @throws FuelError when it takes more steps.
 */
export function withFuel<T>(steps: number, run: () => T): T {
  const around = left;
  const given = Math.min(steps, around);
  left = given;
  try {
    return run();
  } finally {
    // What the inner check took is gone for the outer one as well.
    left = around === Infinity ? Infinity : around - (given - left);
  }
}
