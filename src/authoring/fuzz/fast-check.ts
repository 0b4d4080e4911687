import { createRequire } from 'node:module';
import type * as FastCheck from 'fast-check';

// Not a static import: only fuzzing needs it, and it takes longer to load than a module to start.
const require = createRequire(import.meta.url);

/** The library of generators, loaded when it is first needed. */
export function fastCheck(): typeof FastCheck {
  return require('fast-check') as typeof FastCheck;
}

export type { FastCheck };

/** A generator of values that can be made smaller. */
export type Arbitrary<T = unknown> = FastCheck.Arbitrary<T>;
