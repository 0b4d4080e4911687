import type { AuditReport, AuditedModule } from '../../index.js';
import { visibleBlock, visibleLine, visiblePath } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { resultText } from '../json-text.js';

/** Tells what modules may do and whether they are what was accepted. */
export const audit = defineCommand({
  name: 'audit',
  parameters: '[FLOW]',
  summary: 'tell what the modules may do, at which level they run, and whether they are what was accepted',
  details:
    'With FLOW: its modules, as it declares them. Without: everything under phlow_packages. Ends with 1 when there are problems.',
  positionals: { least: 0, most: 1 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals: [flow] }, { print }) {
    const library_ = await library();
    const report = await library_.audit(flow === undefined ? {} : { flow });
    if (options.json === true) print.result(resultText(report, true) ?? '');
    else print.result(asText(report));
    return report.problems.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

function asText({ modules, problems, lockFile }: AuditReport): string {
  const lines = modules.flatMap(describe);
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

/** Where Node's own loader finds what a module imports. */
const NATIVE: ReadonlySet<AuditedModule['level']> = new Set(['inline', 'trusted', 'guarded']);

function describe(audited: AuditedModule): string[] {
  const { module, name, version, level, lock, permissions, unused, dependencies } = audited;
  const title = visibleLine(name === module ? module : `${name} (${module})`);
  const state = lock === 'none' ? '' : `, ${lock}`;
  return [
    `${title} ${visibleLine(version ?? '')}`.trimEnd() + `: ${level}${state}`,
    ...permissions.map(({ words, isGranted }) => `  ${isGranted ? 'may    ' : 'may not'} ${words}`),
    ...dependencies.map(
      ({ place, isDeclared }) =>
        `  takes in ${visibleLine(place)}${isDeclared ? '' : ', which it does not declare'}`,
    ),
    ...(lock !== 'none' && NATIVE.has(level)
      ? ['  not held: what its code imports by a name that it puts together']
      : []),
    ...unused.map((grant) => `  unused  ${grant}`),
  ];
}
