import { parseArgs } from 'node:util';
import type { IsolationLevel } from '../../src/index.js';
import { LIMITS } from './limits.js';
import { runLimited, type LimitedRun } from './run-limited.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

const LEVELS: readonly IsolationLevel[] = ['trusted', 'guarded', 'sandboxed', 'isolated'];

const USAGE = `npm run limits [-- --only TEXT]... [--level LEVEL]...

Runs a host on a machine that has too little of something: load, call, replace and close at each level, each in a process of its own.
--only   limits with this in their name
--level  ${LEVELS.join(', ')}
Ends with 1 when a host was aborted, ended by an uncaught exception, hung, or gave an error without a code of ours. Needs to be run as root.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    level: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  let faults = 0;
  for (const limit of LIMITS) {
    if (values.only?.some((text) => limit.name.includes(text)) === false) continue;
    for (const level of LEVELS) {
      if (values.level?.includes(level) === false) continue;
      const run = await runLimited(limit, level);
      const isFault = run.verdict !== 'ends' && run.verdict !== 'no node';
      if (isFault) faults++;
      console.log(rowText(limit.name, level, run));
      if (isFault) console.log(run.stderr.slice(0, 2_000).replace(/^/gm, '    '));
    }
  }
  console.log(`\nNode ${process.versions.node}: ${faults} faults`);
  return faults === 0 ? 0 : 1;
}

function rowText(name: string, level: string, { verdict, exit, phases }: LimitedRun): string {
  const done = phases.filter(
    ({ phase, error }) => error === undefined && phase !== 'start' && phase !== 'end',
  );
  const failed = phases.filter(({ error }) => error !== undefined);
  const errors = failed.map(({ phase, error }) => `${phase}: ${error?.code ?? ''} (${shortened(error)})`);
  const what = errors.length > 0 ? errors.join('; ') : done.map(({ phase }) => phase).join(', ');
  return `${name.padEnd(20)} ${level.padEnd(10)} ${verdict.padEnd(8)} exit ${exit.padEnd(8)} ${what}`;
}

function shortened(error: LimitedRun['phases'][number]['error']): string {
  return `${error?.message ?? ''}${error?.cause ? ` <- ${error.cause}` : ''}`
    .replace(/\s+/g, ' ')
    .slice(0, 200);
}
