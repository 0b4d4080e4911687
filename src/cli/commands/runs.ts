import type { RunInfo } from '../../index.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { tableLines } from '../text-table.js';

const HEAD = ['id', 'flow', 'state', 'after step', 'started', 'took'];
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Shows the runs in a journal. */
export const runs = defineCommand({
  name: 'runs',
  parameters: 'DIR',
  summary: 'show the runs that a journal has, or remove those that ended long ago',
  details: [
    'DIR is the folder that phlow run --journal was given. The states: running (a process works on it), interrupted (its process has ended), failed, done, and',
    'damaged (its file cannot be read). phlow run FILE --journal DIR --resume ID goes on with a run that was interrupted or has failed.',
    '',
    'With --prune, the runs that are done or have failed and ended before that time are removed: 30m, 12h, 7d.',
    'Exits with 1 if a journal is damaged.',
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: {
    json: { kind: 'flag', help: 'print one line of JSON' },
    prune: { kind: 'text', value: 'AGE', help: 'remove runs that ended longer ago than this' },
  },
  async run({ options, positionals: [folder = '.'] }, { print }) {
    const { listRuns, pruneRuns } = await library();
    if (options.prune !== undefined) {
      const removed = pruneRuns(folder, ageOf(options.prune));
      print.result(options.json === true ? jsonText({ removed }) : `removed ${removed.length} runs`);
      return EXIT.ok;
    }
    const list = listRuns(folder);
    if (options.json === true) print.result(jsonText(list.map(recordOf)));
    else if (list.length === 0) print.result(`there are no runs in ${folder}`);
    else {
      for (const line of tableLines([HEAD, ...list.map(rowOf)])) print.result(line);
      for (const { id, state, message } of list)
        if (state === 'damaged' || state === 'failed') print.note(`${id}: ${message ?? ''}`);
    }
    return list.some(({ state }) => state === 'damaged') ? EXIT.failed : EXIT.ok;
  },
});

function recordOf(run: RunInfo): unknown {
  return {
    id: run.id,
    flow: run.flow ?? null,
    state: run.state,
    step: run.step ?? null,
    startedAt: timeOf(run.startedAt),
    endedAt: timeOf(run.endedAt),
    code: run.code ?? null,
    message: run.message ?? null,
  };
}

function rowOf({ id, flow, state, step, startedAt, endedAt }: RunInfo): readonly string[] {
  const took = startedAt === undefined || endedAt === undefined ? '-' : `${endedAt - startedAt} ms`;
  return [id, flow ?? '-', state, step ?? '-', timeOf(startedAt) ?? '-', took];
}

function timeOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

function ageOf(text: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  if (unitMs === undefined)
    throw usage(`Option --prune must be a time such as 30m, 12h or 7d: found "${text}"`);
  return Number(amount) * unitMs;
}
