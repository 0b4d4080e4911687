import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../../support/temporary-folder.js';
import { WAYS, type Outcome } from './ways.js';

const HOST = fileURLToPath(new URL('./host-main.js', import.meta.url));

/** Tries every way on a Node; a way after which the host was gone, and those behind it, are told as got through. */
export function runWays(execPath: string): Promise<readonly Outcome[]> {
  return withFolder(async (ground) => {
    const cwd = join(ground, 'empty');
    mkdirSync(cwd);
    const host = fork(HOST, [ground], {
      cwd,
      execPath,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const outcomes: Outcome[] = [];
    host.on('message', (outcome) => outcomes.push(outcome as Outcome));
    await new Promise((resolve) => host.once('close', resolve));
    return WAYS.map(
      ({ way }, i) =>
        outcomes[i] ?? {
          way,
          isRefused: false,
          said: `the host ended (${host.exitCode ?? host.signalCode ?? ''})`,
        },
    );
  });
}
