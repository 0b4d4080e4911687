import type { ModulePermissions } from '../../index.js';
import { visibleLine } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { LOCK_NOTES } from '../lock-notes.js';
import { moduleArgument } from '../args.js';
import { jsonText } from '../json-text.js';

/** Explains in plain words what a module asks for. */
export const permissions = defineCommand({
  name: 'permissions',
  parameters: 'MODULE',
  summary: 'explain in plain words what a module asks for, and how to grant it',
  details:
    'Reads the module’s phlow.yaml and starts nothing. Quoted text is the author’s own reason and has not been checked.\n' +
    'It also reports that phlow.lock has not accepted the module as it is: loading the module is then refused, but this command still exits with 0.',
  positionals: { least: 1, most: 1 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals: [module = ''] }, { print }) {
    const { modulePermissions } = await library();
    const asked = await modulePermissions(moduleArgument(module));
    if (options.json === true) print.result(jsonText(asked));
    else {
      print.result(asText(asked));
      const text = standingText(asked);
      if (text !== undefined) print.note(`${print.alarm('warning')}: ${text}`);
      for (const one of asked.unexamined)
        print.note(`${print.alarm('warning')}: its flow uses a module that cannot be examined: ${one}`);
    }
    return EXIT.ok;
  },
});

/** What an owner should know before believing the rest. */
function standingText({ lock, accept, lockProblem }: ModulePermissions): string | undefined {
  if (lockProblem !== undefined)
    return `cannot tell whether the module is what phlow.lock accepted: ${lockProblem}`;
  if (accept === undefined) return undefined;
  return `${LOCK_NOTES[lock ?? 'none'] ?? ''}; to accept it as it is: ${accept}`;
}

function asText(asked: ModulePermissions): string {
  const { module, version, origin, level, promise, requested, inside, run } = asked;
  const { grantYaml, grantCode, grantOption } = asked;
  const name = visibleLine(version === undefined ? module : `${module} ${version}`);
  const from = {
    builtin: 'ships with phlow',
    application: 'is the application’s own',
    package: 'comes from elsewhere',
  };
  const head = `${name} ${from[origin]}; it runs ${level}: ${promise}.`;
  if (requested.length + inside.length === 0) return `${head}\nIt asks for nothing.`;
  const own =
    requested.length === 0 ? ['It asks for nothing itself.'] : ['It wants to', ...linesOf(requested)];
  const inner = inside.flatMap(({ path, requested: more }) => [
    path.startsWith('..') ? `Its flow uses ${path}, which wants to` : `Inside it, ${path} wants to`,
    ...linesOf(more),
  ]);
  const all = (grantYaml ?? '').split('\n').map((line) => `    ${line}`);
  return [
    head,
    ...own,
    ...inner,
    ...(grantYaml === undefined
      ? []
      : [
          `These lines in its entry under "modules:" of a flow grant ${run === undefined ? 'all of it' : 'what it asks for itself'}:`,
          ...all,
        ]),
    ...(grantCode === undefined || grantOption === undefined
      ? []
      : ['From code:', `    ${grantCode}`, 'On the command line:', `    ${grantOption}`]),
    ...(run === undefined
      ? []
      : ['This command runs its flow with everything that its modules ask for:', `    ${run}`]),
  ].join('\n');
}

function linesOf(requested: ModulePermissions['requested']): readonly string[] {
  return requested.flatMap(({ words, permission, target, reason, risk }) => [
    `  - ${words} (${permission}${target === 'true' ? '' : ` ${target}`})${reason === undefined ? '' : `: "${reason}"`}`,
    ...(risk === undefined ? [] : [`    careful: ${risk}`]),
  ]);
}
