import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { messageOf, PhlowError } from '../../errors.js';
import { shellText, visiblePath } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { installCommands } from '../install-commands.js';
import { jsonText } from '../json-text.js';
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
    const made: string[] = [];
    const kept: string[] = [];
    try {
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(projectFiles(basename(folder)))) {
        const isThere = existsSync(join(folder, name));
        (isThere ? kept : made).push(name);
        if (!isThere) writeFileSync(join(folder, name), text, { flag: 'wx' });
      }
    } catch (error) {
      throw new PhlowError(
        'PHLOW_USAGE',
        `Cannot make a project in ${folder}: ${messageOf(error)}; name a folder that you may write to`,
        {
          cause: error,
        },
      );
    }
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
    const steps = [
      ...(target === '.' ? [] : [`cd ${shellText(target)}`]),
      ...(await installCommands(folder)),
      'npx phlow run main.phlow',
      'npx phlow test main.phlow',
    ];
    print.note(`Next:\n${steps.map((line) => `  ${line}`).join('\n')}`);
    return EXIT.ok;
  },
});
