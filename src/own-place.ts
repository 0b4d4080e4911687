import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PhlowError } from './errors.js';

/*
 * The first thing that the library does: threads are started from files beside its own code, and a bundle that has taken the code in has none of them.
 * CommonJS, which a bundler may have made of it, does not even say where it lies.
 */
const { url } = import.meta as { readonly url?: string };
/** A name that only bundles of webpack have. There `url` says nothing: it is where the code lay when it was bundled. */
declare const __webpack_require__: unknown;

if (
  typeof __webpack_require__ !== 'undefined' ||
  url === undefined ||
  !existsSync(fileURLToPath(new URL('../workers/runtime/boot.bundle.js', url)))
)
  throw new PhlowError(
    'PHLOW_BUNDLED',
    'Cannot start phlow from inside of a bundle: the files that its threads start from are not beside it; keep it out with `external: ["phlow"]` in the settings of the bundler, and ship node_modules/phlow beside the bundle',
  );
