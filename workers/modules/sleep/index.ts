import { createStep } from '../../../src/sdk/index.js';
import { durationMs, type SleepInput } from './duration.js';

/** The sleep module: waits without holding anything up, and ends at once when the caller gives up. */
export default createStep<SleepInput | undefined>(async ({ input, payload }, { clock, log, signal }) => {
  const ms = durationMs(input ?? {});
  if (ms > 0) {
    log.debug(`Sleeping for ${ms} milliseconds`);
    await clock.sleep(ms, signal);
  } else {
    log.debug('No sleep time provided, skipping sleep');
  }
  return payload ?? null;
});
