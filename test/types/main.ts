import { writeFileSync } from 'node:fs';
import useOwnCache from '../support/own-cache.js';
import { BUILT_IN_TYPES, builtInTypes } from './built-in.js';

useOwnCache();

/* npm run built-in-types: writes the types of the modules that ship with phlow, after one of their manifests has changed. */
writeFileSync(BUILT_IN_TYPES, await builtInTypes());
console.log(`wrote ${BUILT_IN_TYPES}; build again`);
