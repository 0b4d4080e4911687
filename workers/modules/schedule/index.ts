import { createMain } from '../../../src/sdk/index.js';
import type { Value } from '../../../src/values.js';
import { entriesOf, type Entry, type Settings } from './entries.js';
import { follow } from './follow.js';

/** The schedule module: starts runs of the flow at times of day and at intervals. */
export default createMain<Value, Settings, readonly Entry[]>({
  // A schedule that makes no sense keeps the flow from being opened.
  start: ({ with: settings, clock }) => entriesOf(settings, clock.date()),
  async main(context, entries) {
    await Promise.all(entries.map((entry) => follow(entry, context)));
  },
});
