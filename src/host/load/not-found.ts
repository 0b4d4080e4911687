import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PhlowError } from '../../errors.js';
import { hasManifest, MANIFEST_FILE } from '../../manifest-file.js';
import { builtInNames } from '../../manifest/built-in-modules.js';
import { didYouMeanModule } from '../../nearest.js';
import { LOCK_FILE } from '../../sandbox/lock/lock-file.js';
import { packageNameIn } from '../../sandbox/snapshot/look-up.js';
import { visiblePath } from '../../visible-text.js';
import { installCommand } from './install-command.js';
import { PACKAGES_FOLDER, STAGED_PREFIX } from './package-folder.js';
import { moduleNames, npmModuleNames } from './package-names.js';

/**
 * The error of a name that leads to no module, with one next step. A registry is named last, and only where nothing here can be meant: a package of a
 * mistyped name is a stranger's.
 *
 * @param folder where a package of that name would be
 */
export function moduleNotFound(name: string, folder: string, baseDir: string): PhlowError {
  const step = nextStep(name, folder, baseDir);
  const places = `it is not built in, not in ${visiblePath(join(baseDir, PACKAGES_FOLDER))}, and no npm package with a ${MANIFEST_FILE}`;
  return new PhlowError('PHLOW_MODULE_NOT_FOUND', `Cannot find module "${name}": ${places}${step.text}`, {
    details: {
      module: name,
      looked: [folder],
      ...(step.install === undefined ? {} : { install: step.install }),
    },
  });
}

/** What to do, as the end of the message; `install` where that is to install it. */
function nextStep(name: string, folder: string, baseDir: string): { text: string; install?: string } {
  const isName = packageNameIn(name) === name;
  if (isName && isInterrupted(folder))
    return { text: '; an update of it was interrupted, and phlow install puts it back' };
  // What the lock file names is installed from where that says.
  if (isInLock(name, baseDir)) return { text: `; ${LOCK_FILE} names it, so this installs it: phlow install` };
  const beside = join(baseDir, name);
  if (hasManifest(beside)) return { text: `; there is a module in ./${name}: name it by that path` };
  const hint = didYouMeanModule(name, namesHere(baseDir));
  if (hint !== '') return { text: `.${hint}` };
  if (statSync(beside, { throwIfNoEntry: false })?.isDirectory() === true)
    return { text: `; a folder is named by its path: ./${name}` };
  if (!isName) return { text: '; a path starts with ./, ../ or /' };
  const install = installCommand(name);
  return { text: `; to install it: ${install}`, install };
}

function namesHere(baseDir: string): readonly string[] {
  try {
    return [...builtInNames(), ...moduleNames(baseDir), ...npmModuleNames(baseDir)];
  } catch {
    // A folder that nobody may read holds no suggestion; what reads packages reports it.
    return builtInNames();
  }
}

function isInterrupted(folder: string): boolean {
  try {
    const prefix = `${STAGED_PREFIX}old.${basename(folder)}.`;
    return readdirSync(dirname(folder)).some((one) => one.startsWith(prefix));
  } catch {
    return false;
  }
}

/** Whether the lock file beside the packages speaks of a module; reading it in earnest says what is wrong with it. */
function isInLock(name: string, baseDir: string): boolean {
  try {
    const { modules } = JSON.parse(readFileSync(join(baseDir, LOCK_FILE), 'utf8')) as { modules?: object };
    return Object.hasOwn(modules ?? {}, name);
  } catch {
    return false;
  }
}
