import type { Suite } from '../../src/measure/suite.js';
import { openExpiry } from './cache/expiry.js';
import { openPages } from './cache/pages.js';
import { openScale } from './cache/scale.js';
import { storeSuites } from './cache/store.js';
import { openThroughHost } from './cache/through-host.js';

const scope = 'cache';
const about =
  'the cache module through the host, its store against others in process, pages of keys, stalls while entries expire';

/** The cache module, part by part: a million entries in one part would be felt in the others. */
export const cache: readonly Suite[] = [
  { scope, about, open: openThroughHost },
  ...storeSuites(scope, about),
  { scope, about, open: openScale },
  { scope, about, open: openPages, mostRounds: 5 },
  { scope, about, open: openExpiry, mostRounds: 5 },
];
