import type { AuditReport, AuditedModule } from '../../index.js';
import { visibleBlock, visibleLine, visiblePath } from '../../visible-text.js';
import { pathArgument } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { FLOW_HOLD_OPTIONS, heldBy } from '../hold-options.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';

/** Reports what modules may do and whether they are what was accepted. */
export const audit = defineCommand({
  name: 'audit',
  parameters: '[FLOW]',
  summary: 'report what the modules may do, at which level they run, and whether they are what was accepted',
  details: [
    'With FLOW: its modules, as it declares them. Without: everything under phlow_packages and everything else that phlow.lock names. Exits with 1',
    'if there are problems, with 4 if phlow.lock cannot be read.',
  ].join('\n'),
  positionals: { least: 0, most: 1 },
  options: { ...FLOW_HOLD_OPTIONS, json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals: [flow] }, { print }) {
    const library_ = await library();
    const report = await library_.audit({
      ...(flow === undefined ? {} : { flow: pathArgument(flow) }),
      ...heldBy(options),
    });
    if (options.json === true) print.result(jsonText(report));
    else print.result(asText(report));
    return report.problems.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

function asText({ modules, problems, lockFile, remote }: AuditReport): string {
  const lines = [
    ...modules.flatMap(describe),
    ...remote.map(
      ({ name, module }) =>
        `${visibleLine(`${name} (${module})`)}: on other hosts, which decide what it may do; audit it there`,
    ),
  ];
  const locked =
    lockFile === undefined
      ? 'There is no phlow.lock: updates are not held back.'
      : `Locked by ${visiblePath(lockFile)}.`;
  const found = problems.map(
    ({ module, problem }) => `  ! ${visibleLine(module)}: ${visibleBlock(problem, '      ')}`,
  );
  return [
    ...(lines.length === 0 ? ['No modules.'] : lines),
    locked,
    ...(found.length === 0 ? ['No problems.'] : found),
  ].join('\n');
}

/** What can run at a level although it is not part of what was accepted. */
const NOT_HELD: Readonly<Partial<Record<AuditedModule['level'], string>>> = {
  inline: 'what its code imports from elsewhere',
  trusted: 'programs that it starts, and text that it runs as code',
  guarded: 'text that it runs as code',
};

function describe(audited: AuditedModule): string[] {
  const { module, name, version, level, lock, permissions, unused, dependencies } = audited;
  const title = visibleLine(name === module ? module : `${name} (${module})`);
  const notHeld = NOT_HELD[level];
  const state = lock === 'none' ? '' : `, ${lock === 'narrower' ? 'accepted, asks for less' : lock}`;
  return [
    `${title} ${visibleLine(version ?? '')}`.trimEnd() + `: ${level}${state}`,
    ...permissions.map(({ words, isGranted }) => `  ${isGranted ? 'may    ' : 'may not'} ${words}`),
    ...dependencies.map(
      ({ place, isDeclared }) =>
        `  takes in ${visibleLine(place)}${isDeclared ? '' : ', which it does not declare'}`,
    ),
    ...(lock === 'none' || notHeld === undefined ? [] : [`  not covered by the lock: ${notHeld}`]),
    ...unused.map((grant) => `  unused  ${grant}`),
  ];
}
