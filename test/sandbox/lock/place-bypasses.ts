import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { audit, createHost, isPhlowError, lockModules, type IsolationLevel } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';
import { ACCEPTED, MARKER, seen, verdictOf, type Line, type Verdict } from './bypasses.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

/** Where a package lies, by which name it is used, and from where it was accepted. Paths are relative to the folder of the trial. */
interface Places {
  /** Where the files are. */
  readonly code: string;
  /** The folder in which the owner accepts, and the names that are accepted there. */
  readonly accepting: string;
  readonly accepted: readonly string[];
  /** The folder of the flow and the module as the flow names it. */
  readonly flows: string;
  readonly module: string;
  readonly links?: Readonly<Record<string, string>>;
  /** The current folder, by the name that a shell has for it. */
  readonly cwd?: string;
  /** What lies elsewhere and is accepted as well. */
  readonly others?: Readonly<Record<string, string>>;
  /** Changes the module; else its code becomes another. */
  readonly change?: (root: string) => void;
}

/** A way in which the place of a module could keep it from being held to what was accepted. */
export interface PlaceBypass extends Places {
  readonly name: string;
}

const says = (text: string): string => `module.exports = () => ${JSON.stringify(text)};\n`;
const APP = { code: 'app/phlow_packages/guest', accepting: 'app', accepted: ['guest'], flows: 'app' };
/** What was accepted for one folder is put into another one. */
const swapped =
  (from: string, to: string) =>
  (root: string): void =>
    cpSync(join(root, from), join(root, to), { recursive: true });

export const PLACE_BYPASSES: readonly PlaceBypass[] = [
  {
    ...APP,
    name: 'chain of links',
    code: 'store/guest',
    links: { 'app/mine': 'phlow_packages/guest', 'app/phlow_packages/guest': '../../store/guest' },
    module: './mine',
  },
  {
    ...APP,
    name: 'link in a linked folder',
    code: 'store/guest',
    links: {
      'app/up': 'far/phlow_packages',
      'app/far': '../real',
      'real/phlow_packages/guest': '../../store/guest',
    },
    accepting: 'real',
    module: './up/guest',
  },
  {
    ...APP,
    name: 'another link to the package',
    links: { 'else/phlow_packages/alias': '../../app/phlow_packages/guest' },
    module: '../else/phlow_packages/alias',
  },
  {
    ...APP,
    name: 'current folder that is a link',
    code: 'store/guest',
    links: { 'app/mine': 'phlow_packages/guest', 'app/phlow_packages/guest': '../../store/guest' },
    flows: 'flows',
    cwd: 'app/mine',
    module: '../store/guest',
  },
  ...['new\nline', 'line\u2028separator'].map((name): PlaceBypass => ({
    name: `folder named ${JSON.stringify(name).replace('\u2028', '\\u2028')}`,
    code: `${name}/phlow_packages/guest`,
    accepting: name,
    accepted: ['guest'],
    flows: name,
    module: './phlow_packages/guest',
  })),
  {
    name: 'application below node_modules',
    code: 'lib/node_modules/tool/phlow_packages/guest',
    accepting: 'lib/node_modules/tool',
    accepted: ['guest'],
    flows: '.',
    module: './lib/node_modules/tool/phlow_packages/guest',
  },
  {
    ...APP,
    name: 'package in another folder',
    code: 'other/phlow_packages/guest',
    accepted: ['../other/phlow_packages/guest'],
    module: '../other/phlow_packages/guest',
  },
  {
    ...APP,
    name: 'module of the application, flow elsewhere',
    code: 'app/own/guest',
    accepted: ['./own/guest'],
    flows: 'app/flows',
    module: '../own/guest',
  },
  {
    ...APP,
    name: 'colliding keys: another folder',
    accepted: ['guest', '../other/phlow_packages/guest'],
    module: './phlow_packages/guest',
    others: { 'other/phlow_packages/guest': MARKER },
    change: swapped('other/phlow_packages/guest', 'app/phlow_packages/guest'),
  },
  {
    ...APP,
    name: 'colliding keys: the application’s own',
    code: 'app/phlow_packages/.guest',
    accepted: ['.guest', './.guest'],
    module: './phlow_packages/.guest',
    others: { 'app/.guest': MARKER },
    change: swapped('app/.guest', 'app/phlow_packages/.guest'),
  },
  {
    ...APP,
    name: 'colliding keys: a slash in a name',
    code: 'app/own/guest',
    accepted: ['./own/guest', './own\\guest'],
    module: './own/guest',
    others: { 'app/own\\guest': MARKER },
    change: swapped('app/own\\guest', 'app/own/guest'),
  },
];

/** Accepts a module, runs it, changes it, and asks every door. */
export async function tryPlace(bypass: PlaceBypass, levels: readonly IsolationLevel[]): Promise<Line> {
  return withFolder(async (root) => {
    const { code, accepting, accepted, flows, links = {}, others = {}, module } = bypass;
    for (const [folder, text] of Object.entries({ [code]: ACCEPTED, ...others }))
      writeFiles(join(root, folder), { 'phlow.yaml': 'name: guest\n', 'index.cjs': says(text) });
    for (const [link, target] of Object.entries(links)) {
      mkdirSync(join(root, link, '..'), { recursive: true });
      symlinkSync(target, join(root, link));
    }
    mkdirSync(join(root, flows), { recursive: true });
    const baseDir = join(root, accepting);
    await lockModules({ baseDir, modules: accepted, accept: true });
    const before = await loaded(bypass, root, 'sandboxed');
    if (before !== 'accepted bytes ran') throw new Error(`what was accepted does not run: ${before}`);

    if (bypass.change === undefined) writeFileSync(join(root, code, 'index.cjs'), says(MARKER));
    else bypass.change(root);
    const verdicts: Record<string, Verdict> = {};
    verdicts['lock --frozen'] = await seen(
      async () => (await lockModules({ baseDir, modules: accepted, frozen: true })).changes.length > 0,
    );
    const flow = join(root, flows, 'main.phlow');
    for (const level of levels) {
      const text = `modules:\n  - module: ${module}\n    name: guest\n    isolation: ${level}\nsteps:\n  - use: guest\n    input: 0\n`;
      writeFileSync(flow, text);
      verdicts[level] = await loaded(bypass, root, level);
      verdicts[`run ${level}`] = await ran(flow, bypass, root);
    }
    verdicts['audit'] = await inFolder(bypass, root, () =>
      seen(async () => (await audit({ baseDir: join(root, flows), flow })).problems.length > 0),
    );
    return { bypass: bypass.name, verdicts };
  });
}

function loaded(bypass: PlaceBypass, root: string, isolation: IsolationLevel): Promise<Verdict> {
  return inFolder(bypass, root, async () => {
    await using host = await createHost({ logLevel: 'off' });
    try {
      const module = await host.load(bypass.module, { baseDir: join(root, bypass.flows), isolation });
      return verdictOf(await module.call(0));
    } catch (error) {
      if (isPhlowError(error) && error.code === 'PHLOW_LOCK_MISMATCH') return 'refused';
      throw error;
    }
  });
}

/** With the current folder of a trial, and the name that a shell has for it. */
async function inFolder<T>({ cwd }: PlaceBypass, root: string, use: () => Promise<T>): Promise<T> {
  if (cwd === undefined) return use();
  const [folder, name] = [process.cwd(), process.env['PWD']];
  process.chdir(join(root, cwd));
  process.env['PWD'] = join(root, cwd);
  try {
    return await use();
  } finally {
    process.chdir(folder);
    if (name === undefined) delete process.env['PWD'];
    else process.env['PWD'] = name;
  }
}

/** In an empty folder where it does not matter: some Nodes hold nothing at guarded while the current one has files. */
function ran(flow: string, { cwd }: PlaceBypass, root: string): Promise<Verdict> {
  return withFolder(
    (empty) =>
      new Promise((resolve, reject) => {
        const folder = cwd === undefined ? empty : join(root, cwd);
        const child = spawn(process.execPath, [MAIN, 'run', flow], {
          cwd: folder,
          env: { ...process.env, PWD: folder },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.once('error', reject);
        child.once('close', (code) => {
          if (code === 0) resolve(verdictOf(output.trim()));
          else if (output.includes('PHLOW_LOCK_MISMATCH')) resolve('refused');
          else reject(new Error(output));
        });
      }),
  );
}
