import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHost, type Host } from '../../src/index.js';
import { GUARDED } from '../support/guarded-here.js';
import { jobs, titleOf } from './packages/jobs.js';
import { runJob, withServer } from './packages/run-job.js';
import { runAll, tableOf, writtenTable, type Run } from './packages/table.js';

const TITLES = jobs('127.0.0.1:1').map(titleOf);
const LIMITED = jobs('127.0.0.1:1').filter(({ limit }) => limit !== undefined);

describe('npm packages', () => {
  let host: Host;
  let runs: readonly Run[] = [];

  beforeAll(async () => {
    host = await createHost({ logLevel: 'off' });
    runs = await withServer((server) => runAll(host, server));
  }, 300_000);

  afterAll(() => host.close());

  const runOf = (title: string): Run => {
    const found = runs.find(({ job }) => titleOf(job) === title);
    if (found === undefined) throw new Error(`no job ${title}`);
    return found;
  };

  test('are tried by at least 60, each with a name of its own', () => {
    expect(TITLES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(TITLES).size).toBe(TITLES.length);
  });

  test.each(TITLES)('%s does its work at isolated, or names the limit', (title) => {
    const { job, outcome } = runOf(title);
    if (job.limit === undefined) expect(outcome).toEqual({ reply: job.reply });
    else {
      const { name, level } = job.limit;
      const message = expect.stringContaining(
        `load the module with isolation: ${level} if you know its author`,
      );
      expect(outcome).toEqual({ limit: name, level, message });
    }
  });

  test.each(LIMITED.map(titleOf))('%s does its work at the level that its error names', async (title) => {
    await withServer(async (server) => {
      const [job] = jobs(server).filter((one) => titleOf(one) === title);
      if (job?.limit === undefined) throw new Error(`no job ${title}`);
      const levels = job.limit.level === 'guarded' ? GUARDED : [job.limit.level];
      // Where this Node cannot hold guarded, the next one says that the work is sound.
      for (const level of levels.length === 0 ? (['trusted'] as const) : levels)
        expect(await runJob(host, job, level)).toEqual({ reply: job.reply });
    });
  });

  test('stand in docs/security.md as they run', () => {
    expect(writtenTable()).toBe(tableOf(runs));
  });
});
