import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { audit, createHost, isPhlowError, lockModules, type IsolationLevel } from '../../../src/index.js';
import { writeFiles } from '../../support/write-files.js';
import { withFolder } from '../../support/temporary-folder.js';
import type { SwapFile } from './swap-file.js';

/** What nobody accepted says this when it runs. */
export const MARKER = 'never-accepted';
export const ACCEPTED = 'accepted';

export const LOCK_LEVELS = ['trusted', 'guarded', 'sandboxed', 'isolated'] as const;

/** What came of one way to use a module that was changed after it was accepted. */
export type Verdict = 'refused' | 'accepted bytes ran' | 'UNSEEN' | 'NEVER-ACCEPTED CODE RAN';

/** A way in which what runs could be other than what was accepted. */
export interface Bypass {
  readonly name: string;
  /** Besides the manifest; `guest` is the module. */
  readonly files: Readonly<Record<string, string>>;
  /** Changes the files, after they were accepted and have run once. */
  readonly change: (app: string) => void;
}

const says = (text: string): string => `module.exports = ${JSON.stringify(text)};`;
const GUEST = 'phlow_packages/guest';
const MANIFEST = 'name: guest\n';
const takes = (...specifiers: string[]): string =>
  `const all = [${specifiers.map((one) => `require(${JSON.stringify(one)})`).join(', ')}];
   module.exports = ({ input }) => { if (input === 'crash') setTimeout(() => { throw new Error('crash'); }, 0); return all.join(); };`;

/** The ways that change the files and leave them so. */
export const BYPASSES: readonly Bypass[] = [
  ...['.git', '.DS_Store', '.hidden', 'node_modules/.cache'].map((folder): Bypass => ({
    name: `hidden folder ${folder}`,
    files: { 'index.cjs': takes(`./${folder}/hook.cjs`), [`${folder}/hook.cjs`]: says(ACCEPTED) },
    change: (app) => writeFiles(join(app, GUEST), { [`${folder}/hook.cjs`]: says(MARKER) }),
  })),
  {
    name: 'hoisted dependency behind a nested one',
    files: {
      'index.cjs': takes('x'),
      'package.json': '{"dependencies":{"x":"2"}}',
      'node_modules/x/package.json': '{"version":"2.0.0","dependencies":{"y":"1"}}',
      'node_modules/x/index.js': `module.exports = require('y');`,
      '../node_modules/y/index.js': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, 'phlow_packages'), { 'node_modules/y/index.js': says(MARKER) }),
  },
  {
    name: 'undeclared dependency',
    files: { 'index.cjs': takes('z/data.json'), '../node_modules/z/data.json': JSON.stringify(ACCEPTED) },
    change: (app) =>
      writeFiles(join(app, 'phlow_packages'), { 'node_modules/z/data.json': JSON.stringify(MARKER) }),
  },
  {
    name: 'new shadowing package',
    files: {
      'index.cjs': takes('y'),
      'package.json': '{"dependencies":{"y":"1"}}',
      '../node_modules/y/index.js': says(ACCEPTED),
      'node_modules/other/index.js': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, GUEST), { 'node_modules/y/index.js': says(MARKER) }),
  },
  {
    name: 'new package below a hoisted one',
    files: {
      'index.cjs': takes('x'),
      'package.json': '{"dependencies":{"x":"1"}}',
      '../node_modules/x/index.js': `module.exports = require('y');`,
      '../node_modules/y/index.js': says(ACCEPTED),
    },
    change: (app) =>
      writeFiles(join(app, 'phlow_packages'), { 'node_modules/x/node_modules/y/index.js': says(MARKER) }),
  },
  {
    name: 'linked manifest',
    files: {
      'index.cjs': takes('./a.cjs'),
      'a.cjs': says(ACCEPTED),
      'b.cjs': `module.exports = () => '${MARKER}';`,
    },
    change: (app) => {
      writeFileSync(join(app, 'elsewhere.yaml'), `${MANIFEST}entry: b.cjs\n`);
      rmSync(join(app, GUEST, 'phlow.yaml'));
      symlinkSync(join(app, 'elsewhere.yaml'), join(app, GUEST, 'phlow.yaml'));
    },
  },
  {
    name: 'link in the place of a file',
    files: { 'index.cjs': takes('./a.cjs'), 'a.cjs': says(ACCEPTED) },
    change: (app) => {
      writeFileSync(join(app, 'a.cjs'), says(MARKER));
      rmSync(join(app, GUEST, 'a.cjs'));
      symlinkSync(join(app, 'a.cjs'), join(app, GUEST, 'a.cjs'));
    },
  },
  {
    name: 'another entry',
    files: {
      'index.js': takes('./a.js'),
      'a.js': says(ACCEPTED),
      'index.mjs': `export default () => '${MARKER}';`,
    },
    change: (app) => rmSync(join(app, GUEST, 'index.js')),
  },
];

/** One line of the table: what each door made of one bypass. */
export interface Line {
  readonly bypass: string;
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** Accepts a module, runs it, changes it, and asks every door. */
export async function tryBypass(bypass: Bypass, levels: readonly IsolationLevel[]): Promise<Line> {
  return withFolder(async (app) => {
    await withAccepted(app, bypass.files, levels);
    const verdicts: Record<string, Verdict> = {};
    bypass.change(app);
    verdicts['lock --frozen'] = await seen(
      async () => (await lockModules({ baseDir: app, frozen: true })).changes.length > 0,
    );
    verdicts['audit'] = await seen(async () => (await audit({ baseDir: app })).problems.length > 0);
    for (const level of levels) verdicts[level] = await run(app, level);
    return { bypass: bypass.name, verdicts };
  });
}

/** A module that is running when its files change, and then crashes and is started again. */
export async function tryRestart(level: IsolationLevel): Promise<Verdict> {
  return withFolder(async (app) => {
    const files = { 'index.cjs': takes('./a.cjs'), 'a.cjs': says(ACCEPTED) };
    await withAccepted(app, files, []);
    await using host = await createHost({ logLevel: 'off' });
    const module = await host.load('guest', { baseDir: app, isolation: level });
    writeFiles(join(app, GUEST), { 'a.cjs': says(MARKER), 'index.cjs': takes('./a.cjs') });
    const events = host.events();
    await module.call('crash').catch(() => undefined);
    let starts = 0;
    for await (const { type } of events) if (type === 'ready' && ++starts > 0) break;
    const after = verdictOf(await module.call(0));
    // A replacement reads anew, and what it reads is not what was accepted.
    const replaced = await host.replace('guest').then(
      () => 'replaced',
      () => 'refused',
    );
    return replaced === 'refused' ? after : 'UNSEEN';
  });
}

/** Loads while another thread swaps a file for one that nobody accepted, over and over, a little slower each time. */
export async function tryRace(
  level: IsolationLevel,
  timings: number,
): Promise<Readonly<Record<Verdict, number>>> {
  const counted = { refused: 0, 'accepted bytes ran': 0, UNSEEN: 0, 'NEVER-ACCEPTED CODE RAN': 0 };
  await withFolder(async (app) => {
    const cache = join(app, 'cache');
    const before = process.env['XDG_CACHE_HOME'];
    // Bundles are kept where they can be looked through; a copy that Node loads from is never below a folder of all users.
    if (level === 'sandboxed' || level === 'isolated') process.env['XDG_CACHE_HOME'] = cache;
    try {
      await withAccepted(app, { 'index.cjs': takes('./lib/a.cjs'), 'lib/a.cjs': says(ACCEPTED) }, []);
      writeFileSync(join(app, 'evil.cjs'), says(MARKER));
      for (let i = 0; i < timings; i++) {
        rmSync(cache, { recursive: true, force: true });
        mkdirSync(cache);
        const job: SwapFile = {
          file: join(app, GUEST, 'lib/a.cjs'),
          other: join(app, 'evil.cjs'),
          waitMs: i / 4,
        };
        const swapper = new Worker(new URL('./swap-file.js', import.meta.url), { workerData: job });
        await new Promise((resolve) => swapper.once('message', resolve));
        counted[await run(app, level)]++;
        await swapper.terminate();
        if (holdsMarker(cache)) counted['NEVER-ACCEPTED CODE RAN']++;
        if (readFileSync(job.file, 'utf8').includes(MARKER)) renameSync(job.other, `${job.other}.aside`);
        writeFileSync(job.file, says(ACCEPTED));
        writeFileSync(job.other, says(MARKER));
      }
    } finally {
      if (before === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = before;
    }
  });
  return counted;
}

export async function withAccepted(
  app: string,
  files: Readonly<Record<string, string>>,
  levels: readonly IsolationLevel[],
): Promise<void> {
  writeFiles(join(app, GUEST), { 'phlow.yaml': MANIFEST, ...files });
  await lockModules({ baseDir: app, accept: true });
  for (const level of levels) {
    const verdict = await run(app, level);
    if (verdict !== 'accepted bytes ran')
      throw new Error(`what was accepted does not run at ${level}: ${verdict}`);
  }
}

async function run(app: string, level: IsolationLevel): Promise<Verdict> {
  await using host = await createHost({ logLevel: 'off' });
  try {
    const module = await host.load('guest', { baseDir: app, isolation: level });
    return verdictOf(await module.call(0));
  } catch (error) {
    if (isPhlowError(error) && ['PHLOW_LOCK_MISMATCH', 'PHLOW_LOAD_FAILED'].includes(error.code))
      return 'refused';
    throw error;
  }
}

export function verdictOf(value: unknown): Verdict {
  return value === ACCEPTED ? 'accepted bytes ran' : 'NEVER-ACCEPTED CODE RAN';
}

export async function seen(look: () => Promise<boolean>): Promise<Verdict> {
  try {
    return (await look()) ? 'refused' : 'UNSEEN';
  } catch (error) {
    if (isPhlowError(error)) return 'refused';
    throw error;
  }
}

function holdsMarker(folder: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes(MARKER),
  );
}
