import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';

/** What runs when somebody takes a bundle that another user has put in its way. */
export const PLANTED = 'planted';
const HONEST = 'honest';
const LOADER = fileURLToPath(new URL('./load-as-user.js', import.meta.url));

/** Two users without an account; the second has nothing to do with the first. */
const VICTIM = 54_321;
const OTHER = 54_322;

/** Whether another user can be played here. */
export const canPlayUsers = process.getuid?.() === 0 && process.platform === 'linux';

/** A place that a user's cache could be in, and what is the matter with it. */
export interface Setting {
  readonly name: string;
  /** Prepares `at`, a folder of the victim's in a folder that everybody can write to; returns the environment. */
  readonly prepare: (at: string, planted: string) => NodeJS.ProcessEnv;
  /** Whether bundles are kept there. */
  readonly isKept: boolean;
}

/** What came of loading a module twice in a setting. */
export interface Outcome {
  readonly code: number | null;
  readonly ran: string;
  readonly notes: readonly string[];
  readonly entries: number;
}

const owned = (path: string, uid = VICTIM, mode = 0o700): string => {
  mkdirSync(path, { recursive: true });
  chownSync(path, uid, uid);
  chmodSync(path, mode);
  return path;
};
const expectFull = (write: () => void): void => {
  try {
    write();
  } catch {
    return;
  }
  throw new Error('the disk is not full');
};
/** Every entry of a cache, with other code and a hash that fits it. */
const plant = (planted: string, into: string, uid = OTHER): void => {
  cpSync(planted, into, { recursive: true });
  execFileSync('chown', ['-R', `${uid}:${uid}`, into]);
};

export const SETTINGS: readonly Setting[] = [
  { name: 'a home of its own', prepare: (at) => ({ HOME: owned(join(at, 'home')) }), isKept: true },
  {
    name: 'no HOME, one TMPDIR with planted bundles',
    prepare: (at, planted) => {
      const tmp = owned(join(at, '..', 'tmp'), 0, 0o1777);
      for (const name of [`phlow-${VICTIM}`, 'phlow-', 'phlow-undefined', 'phlow'])
        plant(planted, join(tmp, name, 'bundles'));
      return { TMPDIR: tmp };
    },
    isKept: false,
  },
  {
    name: 'HOME that may not be read',
    prepare: (at) => ({ HOME: owned(join(at, 'home'), 0, 0o700) }),
    isKept: false,
  },
  {
    name: 'HOME that is read-only',
    prepare: (at) => ({ HOME: owned(join(at, 'home'), VICTIM, 0o500) }),
    isKept: false,
  },
  {
    name: 'HOME that others can write to, with planted bundles',
    prepare: (at, planted) => {
      const home = owned(join(at, 'home'), VICTIM, 0o777);
      plant(planted, join(home, '.cache', 'phlow', 'bundles'));
      return { HOME: home };
    },
    isKept: false,
  },
  {
    name: 'HOME of another user, with planted bundles',
    prepare: (at, planted) => {
      const home = owned(join(at, 'home'), OTHER, 0o755);
      plant(planted, join(home, '.cache', 'phlow', 'bundles'));
      return { HOME: home };
    },
    isKept: false,
  },
  {
    name: 'a cache folder that others can write to, with planted bundles',
    prepare: (at, planted) => {
      const cache = owned(join(at, 'cache'));
      plant(planted, join(cache, 'phlow', 'bundles'), VICTIM);
      chmodSync(join(cache, 'phlow'), 0o777);
      return { XDG_CACHE_HOME: cache };
    },
    isKept: false,
  },
  {
    name: 'planted entries of another user in a cache of its own',
    prepare: (at, planted) => {
      const cache = owned(join(at, 'cache'));
      plant(planted, join(cache, 'phlow', 'bundles'));
      for (const path of [join(cache, 'phlow'), join(cache, 'phlow', 'bundles')]) owned(path);
      return { XDG_CACHE_HOME: cache };
    },
    isKept: true,
  },
  {
    name: 'a file in the place of the cache folder',
    prepare: (at) => {
      const cache = owned(join(at, 'cache'));
      writeFileSync(join(cache, 'phlow'), '');
      return { XDG_CACHE_HOME: cache };
    },
    isKept: false,
  },
  {
    name: 'XDG_CACHE_HOME below /proc',
    prepare: () => ({ XDG_CACHE_HOME: '/proc/self/fd/cache/x' }),
    isKept: false,
  },
  {
    name: 'XDG_CACHE_HOME that is relative',
    prepare: (at) => ({ XDG_CACHE_HOME: 'cache', HOME: owned(join(at, 'home')) }),
    isKept: true,
  },
  {
    name: 'a full disk',
    prepare: (at) => {
      const cache = owned(join(at, 'full'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=8k,mode=700,uid=${VICTIM}`, 'none', cache]);
      const folder = owned(join(cache, 'phlow', 'bundles'));
      owned(join(cache, 'phlow'));
      // Until nothing fits any more.
      expectFull(() => writeFileSync(join(folder, '..', 'filler'), Buffer.alloc(65_536)));
      return { XDG_CACHE_HOME: cache };
    },
    isKept: false,
  },
];

/** Loads a module twice as a user in a setting, after another user has made the worst of it. */
export async function tryAsUser(setting: Setting): Promise<Outcome> {
  return withFolder(async (folder) => {
    chmodSync(folder, 0o755);
    writeFiles(folder, {
      'app/phlow_packages/guest/phlow.yaml': 'name: guest\n',
      'app/phlow_packages/guest/index.js': `export default () => '${HONEST}';`,
    });
    const app = join(folder, 'app');
    const planted = owned(join(folder, 'planted'));
    await load(app, { XDG_CACHE_HOME: planted });
    forge(join(planted, 'phlow', 'bundles'));
    const at = owned(join(folder, 'of-victim'), 0, 0o755);
    const env = setting.prepare(at, join(planted, 'phlow', 'bundles'));
    try {
      const { code, stdout, stderr } = await load(app, env);
      const notes = stderr.split('\n').filter((line) => line.includes('bundles are not kept'));
      const place =
        env['XDG_CACHE_HOME']?.startsWith('/') === true
          ? env['XDG_CACHE_HOME']
          : join(env['HOME'] ?? '/nowhere', '.cache');
      return { code, ran: stdout.trim(), notes, entries: own(join(place, 'phlow', 'bundles')) };
    } finally {
      if (setting.name === 'a full disk') execFileSync('umount', [join(at, 'full')]);
    }
  });
}

/** Bundles of the victim's own making in a folder; one that is empty counts as ten, so that it is noticed. */
function own(folder: string): number {
  try {
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    return texts.reduce((sum, text) => sum + (text === '' ? 10 : text.includes(PLANTED) ? 0 : 1), 0);
  } catch {
    return 0;
  }
}

function forge(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const entry = JSON.parse(readFileSync(path, 'utf8')) as Record<'key' | 'inputs' | 'code' | 'map', string>;
    const code = entry.code.replaceAll(HONEST, PLANTED);
    const { key, inputs, map } = entry;
    const digest = createHash('sha512')
      .update(JSON.stringify([key, inputs, code, map]))
      .digest('base64');
    rmSync(path);
    writeFileSync(path, JSON.stringify({ ...entry, code, integrity: `sha512-${digest}` }));
  }
}

function load(
  app: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = { cwd: app, env, uid: VICTIM, gid: VICTIM } as const;
    const child = spawn(process.execPath, [LOADER, app], options);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
