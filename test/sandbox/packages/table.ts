import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../src/index.js';
import { jobs, ROOT, titleOf, versionOf, type Job } from './jobs.js';
import { runJob, type Outcome } from './run-job.js';

const DOCUMENT = join(ROOT, 'docs/security.md');
const START = '<!-- packages: written by `node dist/test/sandbox/packages/write.js` -->';
const END = '<!-- end of packages -->';

/** A job and how it went at `isolated`. */
export interface Run {
  readonly job: Job;
  readonly outcome: Outcome;
}

/** Does every job at `isolated`. */
export async function runAll(host: Host, server: string): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const job of jobs(server)) runs.push({ job, outcome: await runJob(host, job, 'isolated') });
  return runs;
}

/** The table of what was run, as it stands in the document. */
export function tableOf(runs: readonly Run[]): string {
  const rows = runs.map(({ job, outcome }) => {
    const version = job.title === undefined ? versionOf(job.package) : '';
    const [says, level] = cells(outcome);
    return `| ${titleOf(job)} | ${version} | ${says} | ${level} |`;
  });
  const sorted = rows.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return [
    '| package | version | at `isolated` and `sandboxed` | level that runs it |',
    '| --- | --- | --- | --- |',
    ...sorted,
  ].join('\n');
}

function cells(outcome: Outcome): readonly [string, string] {
  if ('limit' in outcome) return [`limit: ${outcome.limit}`, `\`${outcome.level}\``];
  return 'reply' in outcome ? ['works', '`isolated`'] : ['fails', ''];
}

/** The table that stands in the document. */
export function writtenTable(): string {
  const text = readFileSync(DOCUMENT, 'utf8');
  return text.slice(text.indexOf(START) + START.length, text.indexOf(END)).trim();
}

/** The document with the table put in. */
export function documentWith(table: string): { readonly path: string; readonly text: string } {
  const text = readFileSync(DOCUMENT, 'utf8');
  const before = text.slice(0, text.indexOf(START) + START.length);
  return { path: DOCUMENT, text: `${before}\n\n${table}\n\n${text.slice(text.indexOf(END))}` };
}
