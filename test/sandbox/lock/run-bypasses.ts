import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { audit, lockModules, type IsolationLevel } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';
import {
  ACCEPTED,
  MARKER,
  seen,
  verdictOf,
  withAccepted,
  type Bypass,
  type Line,
  type Verdict,
} from './bypasses.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const flowOf = (module: string, level: string): string =>
  `modules:\n  - module: ./phlow_packages/${module}\n    name: guest\n${level}steps:\n  - use: guest\n    input: 0\n`;

/** The same for `phlow run`, in a process of its own, whose current folder is empty: some Nodes hold nothing at guarded elsewhere. */
export async function tryRun(bypass: Bypass, levels: readonly IsolationLevel[]): Promise<Line> {
  return withFolder(async (app) => {
    await withAccepted(app, bypass.files, []);
    bypass.change(app);
    const verdicts: Record<string, Verdict> = {};
    for (const level of levels) {
      writeFileSync(join(app, 'main.phlow'), flowOf('guest', `    isolation: ${level}\n`));
      verdicts[level] = await runFlow(app, 'main.phlow');
    }
    return { bypass: bypass.name, verdicts };
  });
}

/** The flows of a package are code as well: the one that serves as its module, what that includes, and one that somebody runs by its path. */
export const FLOW_CHANGES: readonly { readonly name: string; readonly file: string; readonly run: string }[] =
  [
    { name: 'module of phs', file: 'module.phlow', run: 'main.phlow' },
    { name: 'include of a module of phs', file: 'part.phlow', run: 'main.phlow' },
    {
      name: 'file beside a flow that is run by path',
      file: 'other.txt',
      run: 'phlow_packages/flows/main.phlow',
    },
    { name: 'flow that is run by path', file: 'main.phlow', run: 'phlow_packages/flows/main.phlow' },
  ];

export async function tryFlow({ name, file, run: target }: (typeof FLOW_CHANGES)[number]): Promise<Line> {
  return withFolder(async (app) => {
    const returning = (text: string): string => `steps:\n  - return: ${text}\n`;
    const part = (text: string): string => `- return: ${text}\n`;
    writeFiles(join(app, 'phlow_packages/flows'), {
      'module.phlow': 'steps:\n  !include part\n',
      'main.phlow': returning(ACCEPTED),
      'part.phlow': part(ACCEPTED),
      'other.txt': ACCEPTED,
    });
    writeFileSync(join(app, 'main.phlow'), flowOf('flows', ''));
    await lockModules({ baseDir: app, accept: true });
    const before = await runFlow(app, target);
    if (before !== 'accepted bytes ran')
      throw new Error(`what was accepted does not run: ${name}: ${before}`);
    const changed = file === 'part.phlow' ? part(MARKER) : file.endsWith('.txt') ? MARKER : returning(MARKER);
    writeFiles(join(app, 'phlow_packages/flows'), { [file]: changed });
    const verdicts: Record<string, Verdict> = {};
    verdicts['lock --frozen'] = await seen(
      async () => (await lockModules({ baseDir: app, frozen: true })).changes.length > 0,
    );
    verdicts['audit'] = await seen(
      async () => (await audit({ baseDir: app, flow: join(app, 'main.phlow') })).problems.length > 0,
    );
    verdicts['run'] = await runFlow(app, target);
    return { bypass: name, verdicts };
  });
}

function runFlow(app: string, target: string): Promise<Verdict> {
  return withFolder(
    (cwd) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [MAIN, 'run', join(app, target)], {
          cwd,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.once('error', reject);
        child.once('close', (code) => {
          if (code === 0) resolve(verdictOf(output.trim()));
          else if (/PHLOW_LOCK_MISMATCH|changed while|not what was accepted/.test(output)) resolve('refused');
          else reject(new Error(output));
        });
      }),
  );
}
