import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { visiblePath } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { makeFiles } from '../made-files.js';
import { printNextSteps } from '../next-steps.js';
import { projectFiles } from '../templates/project-files.js';

/** Makes a project that uses modules. */
export const init = defineCommand({
  name: 'init',
  parameters: '[FOLDER]',
  summary: 'make a project that uses modules: a flow with tests, and a package.json',
  details:
    'Without FOLDER: here. Files that are there already stay as they are.\nExample: phlow init ./shop && cd shop',
  positionals: { least: 0, most: 1 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals: [target = '.'] }, { print }) {
    const folder = resolve(target);
    const files = Object.entries(projectFiles(basename(folder)));
    const kept = files.flatMap(([name]) => (existsSync(join(folder, name)) ? name : []));
    const made = await makeFiles('a project', folder, (making) =>
      making.write(Object.fromEntries(files.filter(([name]) => !kept.includes(name)))),
    );
    if (options.json === true) {
      print.result(jsonText({ folder, made, kept }));
      return EXIT.ok;
    }
    print.result(
      [
        `in ${visiblePath(target)}:`,
        ...made.map((name) => `  made ${name}`),
        ...kept.map((name) => `  kept ${name}`),
      ].join('\n'),
    );
    await printNextSteps(print, { target, folder }, [
      'npx phlow run main.phlow',
      'npx phlow test main.phlow',
    ]);
    return EXIT.ok;
  },
});
