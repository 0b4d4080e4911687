import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { META_CHECK_FILE } from '../src/manifest/meta-check.js';
import { metaCheckCode } from '../src/manifest/meta-check-code.js';
import { buildGuest } from './guest/build.js';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Puts the boot code of a module's thread into one file: loading its 25 parts one by one takes longer than starting the thread. What it
 * shares with a module's own copies of our files (errors, transfers) is known by code and by registered symbols, never by class.
 */
async function buildBoot(name: string): Promise<void> {
  await build({
    entryPoints: [at(`${name}.js`)],
    outfile: at(`${name}.bundle.js`),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
}

/** Writes the check of manifests: compiling it anew in each process takes longer than all else that reading a manifest does. */
function buildMetaCheck(): void {
  writeFileSync(META_CHECK_FILE, metaCheckCode());
}

// Part of `npm run build`, after the compiler: what it cannot make.
buildMetaCheck();
await Promise.all([buildGuest(), buildBoot('boot'), buildBoot('replica')]);
