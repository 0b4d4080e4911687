import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { INSTALL_OPTIONS, installOptions, printReport } from './install.js';

/** Installs newer versions of modules. */
export const update = defineCommand({
  name: 'update',
  parameters: '[NAME...]',
  summary: 'install the newest versions that the ranges in phlow.lock take in',
  details: [
    'Without names: of every module that came from a registry. A module from a tarball or folder is installed again from there when it is named. For another',
    'range: phlow install NAME@RANGE. An update that asks for more is refused unless --accept is given or, on a terminal, the question is answered with y.',
    'Exits as phlow install does.',
  ].join('\n'),
  positionals: { least: 0, most: Infinity },
  options: INSTALL_OPTIONS,
  async run({ options, positionals }, context) {
    const { updatePackages } = await library();
    const report = await updatePackages(positionals, installOptions(options, context));
    const nothing = 'phlow.lock names no module of a registry';
    const isDryRun = options['dry-run'] === true;
    printReport(report, { isJson: options.json === true, isDryRun, nothing }, context.print);
    return EXIT.ok;
  },
});
