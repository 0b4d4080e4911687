import { fileURLToPath } from 'node:url';

/** The project's top folder, seen from the compiled file. */
export const PHLOW_FOLDER = fileURLToPath(new URL('../../../', import.meta.url));
