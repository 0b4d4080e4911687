import type { LockReport } from '../../index.js';
import { shellText, visibleLine, visiblePath } from '../../visible-text.js';
import { usage, moduleArgument } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';

/** Shows how modules differ from phlow.lock, and accepts them. */
export const lock = defineCommand({
  name: 'lock',
  parameters: '[MODULE...]',
  summary: 'compare modules with phlow.lock; with --accept, accept them as they are',
  details: [
    'Without names: everything under phlow_packages and everything else that phlow.lock names. Once there is a phlow.lock, a package that changed or asks',
    'for more is not loaded until it is accepted. The name of a module that is gone means its entry, which --accept removes. Exits with 1 if something differs',
    'and was not accepted.',
  ].join('\n'),
  positionals: { least: 0, most: Infinity },
  options: {
    frozen: { kind: 'flag', help: 'for CI: fail if there is no phlow.lock, and write nothing' },
    accept: { kind: 'flag', help: 'write the current state into phlow.lock' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals }, { print }) {
    if (options.accept === true && options.frozen === true)
      throw usage('Options --accept and --frozen exclude each other');
    const { lockModules } = await library();
    const report = await lockModules({
      accept: options.accept === true,
      frozen: options.frozen === true,
      ...(positionals.length === 0 ? {} : { modules: positionals.map(moduleArgument) }),
    });
    const { changes, gone, isWritten, written } = report;
    if (options.json === true) print.result(jsonText(report));
    else {
      for (const { text } of changes) print.result(text);
      for (const name of gone) print.result(`${visibleLine(name)}\n  no longer there`);
      for (const file of written) print.result(`wrote ${visiblePath(file)}`);
      if (isWritten && report.compared + gone.length === 0)
        print.result(
          'it names no module, because there is no package here; a package that is added is refused until it is accepted',
        );
      if (isWritten) return EXIT.ok;
      if (changes.length + gone.length === 0) print.result(nothingDiffers(report, positionals.length > 0));
      else
        print.note(
          `Nothing was written. If you accept that: ${['phlow lock --accept', ...positionals.map(shellText)].join(' ')}`,
        );
    }
    return isWritten || changes.length + gone.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

function nothingDiffers({ compared, hasLock }: LockReport, isNamed: boolean): string {
  if (compared > 0) return 'every module is what phlow.lock accepted';
  if (isNamed) return 'nothing to lock: modules that ship with phlow are not part of a lock file';
  return hasLock
    ? 'phlow.lock names no module, and there is no package to lock'
    : 'there is no phlow.lock here, and no package to lock';
}
