import type { OutdatedPackage } from '../../index.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { tableLines } from '../text-table.js';

const HEAD = ['module', 'current', 'wanted', 'latest', 'from'];

/** Shows which installed modules have newer versions. */
export const outdated = defineCommand({
  name: 'outdated',
  parameters: '',
  summary: 'show which installed modules have newer versions',
  details: [
    'Asks the registries, through the npm on the PATH, about every module that phlow.lock names. "wanted" is the newest version that phlow update takes, "latest" the',
    'newest there is. A module from a tarball or folder has no versions but its own.',
    'Exits with 1 if there is a newer version, or if a registry could not be asked.',
  ].join('\n'),
  positionals: { least: 0, most: 0 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options }, { print, signal }) {
    const { outdatedPackages } = await library();
    const report = await outdatedPackages({ signal });
    if (options.json === true) print.result(jsonText(report.map(recordOf)));
    else if (report.length === 0) print.result('phlow.lock names no installed module');
    else for (const line of tableOf(report)) print.result(line);
    if (options.json !== true)
      for (const { problem } of report) if (problem !== undefined) print.note(problem);
    const isFine = report.every(({ isOutdated, problem }) => !isOutdated && problem === undefined);
    return isFine ? EXIT.ok : EXIT.failed;
  },
});

function recordOf({ name, current, wanted, latest, origin, isOutdated, problem }: OutdatedPackage): unknown {
  return {
    name,
    current: current ?? null,
    wanted: wanted ?? null,
    latest: latest ?? null,
    origin: origin ?? null,
    isOutdated,
    problem: problem ?? null,
  };
}

function tableOf(report: readonly OutdatedPackage[]): readonly string[] {
  const rows = report.map(({ name, current, wanted, latest, origin }) => [
    name,
    current ?? '-',
    wanted ?? '-',
    latest ?? '-',
    origin ?? 'unknown',
  ]);
  return tableLines([HEAD, ...rows]);
}
