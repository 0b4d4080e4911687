import { visibleLine, visiblePath } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';

/** Removes modules from phlow_packages. */
export const uninstall = defineCommand({
  name: 'uninstall',
  parameters: 'NAME...',
  summary: 'remove modules from phlow_packages and from phlow.lock',
  details: 'Exits with 4, and removes nothing, if one of them is neither there nor in phlow.lock.',
  positionals: { least: 1, most: Infinity },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals }, { print }) {
    const { uninstallPackages } = await library();
    const { removed, written, notes } = await uninstallPackages(positionals);
    if (options.json === true) print.result(jsonText({ removed, written: written ?? null, notes }));
    else {
      for (const name of removed) print.result(`removed ${visibleLine(name)}`);
      if (written !== undefined) print.result(`wrote ${visiblePath(written)}`);
      for (const note of notes) print.note(`note: ${note}`);
    }
    return EXIT.ok;
  },
});
