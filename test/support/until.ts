import { setTimeout as delay } from 'node:timers/promises';

/** Asks until it is so; what does not become so is ended by the limit of the test. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(10);
}
