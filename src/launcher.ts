#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { cacheRoot, whyUnsafe, type FolderUse } from './sandbox/snapshot/private-folder.js';

/** Which program stands beside this file: the build writes it in. */
declare const PROGRAM_REVISION: string;

const PROGRAM = fileURLToPath(new URL('../lib/program.cjs', import.meta.url));
/** Compiled code is good for one program, one engine and one kind of machine. */
const NAME = `${PROGRAM_REVISION}-${process.versions.v8}-${process.arch}`;

/** The folder for compiled code of the user who runs this; undefined when there is none that nobody else can write to: what is in it is run. */
function codeFolder(use: FolderUse): string | undefined {
  // Node's own name for it.
  if (process.env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return undefined;
  const root = cacheRoot(use);
  const folder = 'folder' in root ? join(root.folder, 'compiled') : undefined;
  return folder === undefined || whyUnsafe(folder, use) !== undefined ? undefined : folder;
}

function compiledCode(): Buffer | undefined {
  const folder = codeFolder({ mayMake: false });
  try {
    return folder === undefined ? undefined : readFileSync(join(folder, NAME));
  } catch {
    // There is none yet.
    return undefined;
  }
}

/** Keeps the compiled code of what has been run, in the place of that of other programs. A disk that is full or read-only keeps none. */
function keep(code: Buffer): void {
  const folder = codeFolder({ mayMake: true });
  if (folder === undefined) return;
  // Written aside and renamed, so that nobody reads half of it.
  const aside = join(folder, `${NAME}.${randomUUID()}`);
  try {
    for (const name of readdirSync(folder))
      if (!name.startsWith(`${PROGRAM_REVISION}-`)) rmSync(join(folder, name), { force: true });
    writeFileSync(aside, code, { mode: 0o600, flag: 'wx' });
    renameSync(aside, join(folder, NAME));
  } catch {
    rmSync(aside, { force: true });
  }
}

/**
 * Runs the command line. Its program is one script: the engine keeps what it has compiled of a script, which takes longer than most commands do, and on
 * Node 20 of nothing else.
 */
function launch(): void {
  const cachedData = compiledCode();
  // The build writes nothing but ASCII, and a function around all of it.
  const text = readFileSync(PROGRAM, 'latin1');
  const script = new Script(text, {
    filename: PROGRAM,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  // For version and help too little is compiled.
  const isCommand = /^\w/.test(process.argv[2] ?? '');
  if (isCommand && (cachedData === undefined || script.cachedDataRejected === true))
    process.once('exit', () => keep(script.createCachedData()));
  const run = script.runInThisContext() as (
    require: NodeJS.Require,
    file: string,
    importFile: (specifier: string) => Promise<unknown>,
  ) => void;
  run(createRequire(PROGRAM), PROGRAM, (specifier) => import(specifier));
}

launch();
