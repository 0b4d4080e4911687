import type { CachePlace, CacheReport } from '../../index.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';

/** Shows where bundles are kept, verifies and removes them. */
export const cache = defineCommand({
  name: 'cache',
  parameters: 'clear|dir|verify',
  summary: 'show where bundled modules are kept, compare them with their hashes, or remove them',
  details: [
    'Bundles are stored below XDG_CACHE_HOME or the home folder, where no one else can write; without such a place, each load bundles again.',
    'An entry that is not what it claims to be is never used. verify counts good, stale and damaged entries, and exits with 1 if one is damaged; dir exits with 1 if there is no cache.',
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals: [action] }, { print }) {
    const { cachePlace, verifyCache, clearCache } = await library();
    const printReport = <Report extends CachePlace>(
      report: Report,
      text: (folder: string) => string,
    ): void => {
      const { folder, missing } = report;
      if (options.json === true) print.result(jsonText(report));
      else if (folder === undefined) print.note(`There is no cache: ${missing ?? 'no place for it'}`);
      else print.result(text(folder));
    };
    switch (action) {
      case 'dir': {
        const place = cachePlace();
        printReport(place, (folder) => folder);
        return place.folder === undefined ? EXIT.failed : EXIT.ok;
      }
      case 'verify': {
        const report = await verifyCache();
        printReport(report, (folder) => verifyText(report, folder));
        return report.damaged.length === 0 ? EXIT.ok : EXIT.failed;
      }
      case 'clear': {
        const report = await clearCache();
        printReport(report, (folder) => `removed ${report.removed} from ${folder}`);
        return EXIT.ok;
      }
      default:
        throw usage(`Unknown action "${action ?? ''}": clear, dir or verify`);
    }
  },
});

function verifyText({ good, stale, damaged }: CacheReport, folder: string): string {
  const counts = `${good} good, ${stale} stale, ${damaged.length} damaged in ${folder}`;
  const notes = [
    stale > 0 ? 'stale: from another version of phlow, or left half written; never used again' : '',
    damaged.length > 0
      ? 'damaged: the content does not match its hash; never used, bundled again on the next load'
      : '',
    stale + damaged.length > 0
      ? '"phlow cache clear" removes all bundles; each is made again when it is needed'
      : '',
  ];
  return [...damaged.map((name) => `damaged: ${name}`), counts, ...notes.filter(Boolean)].join('\n');
}
