import type { CachePlace } from '../../index.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { resultText } from '../json-text.js';

/** Tells where bundles are kept, looks through them and removes them. */
export const cache = defineCommand({
  name: 'cache',
  parameters: 'clear|dir|verify',
  summary: 'tell where bundled modules are kept, compare them with their hashes, or remove them',
  details: [
    'Bundles lie below XDG_CACHE_HOME or the home folder, where nobody else can write; without such a place each load bundles again.',
    'An entry that is not what it claims to be is never used. verify ends with 1 when there is one, dir when there is no cache.',
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
      if (options.json === true) print.result(resultText(report, true) ?? '');
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
        const lines = report.damaged.map((name) => `damaged, and never used: ${name}`);
        printReport(report, (folder) => [...lines, `${report.good} good bundles in ${folder}`].join('\n'));
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
