import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** On this descriptor bubblewrap reads the system call filter. */
export const FILTER = 5;

/** What a dynamically linked program needs. */
const LIBRARIES = ['/lib', '/lib64', '/lib32', '/usr/lib', '/usr/lib64'] as const;

/**
 * No network, no other processes, no user, no capability, and no files but the Node that runs and the libraries it needs. It is not asked which
 * process it has started: while it writes that, it dies with a host that has gone, and leaves its child waiting for it for ever.
 */
export function bubblewrapCommand(bubblewrap: string, isFiltered: boolean): readonly string[] {
  return [
    bubblewrap,
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--clearenv',
    '--uid',
    '65534',
    '--gid',
    '65534',
    // No `/proc`, which shows a process more about itself than it needs, and takes as long to mount as all the rest.
    ...mounts(readableInJail()),
    // The one device that Node opens; each of the usual ones would be a mount more at every start.
    '--dev-bind',
    '/dev/null',
    '/dev/null',
    '--remount-ro',
    '/',
    '--chdir',
    '/',
    ...(isFiltered ? ['--seccomp', String(FILTER)] : []),
  ];
}

/** Where most systems have a link to another one of the folders, the jail has a link too: a mount less at every start. */
function mounts(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const real = realpathSync(path);
    return real !== path && paths.includes(real) ? ['--symlink', real, path] : ['--ro-bind', real, path];
  });
}

/** The files and folders without which this Node does not start. */
export function readableInJail(): readonly string[] {
  return [process.execPath, ...ownLibraries(), ...LIBRARIES].filter((path) => existsSync(path));
}

/** A Node outside of the system's folders may bring its libraries along. */
function ownLibraries(): readonly string[] {
  const folder = join(dirname(dirname(realpathSync(process.execPath))), 'lib');
  return LIBRARIES.some((library) => folder === library) || !existsSync(folder) ? [] : librariesIn(folder);
}

function librariesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:so|dylib)\b/.test(name))
    .map((name) => join(folder, name));
}
