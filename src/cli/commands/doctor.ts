import type { DoctorReport, LevelReport } from '../../index.js';
import { visibleBlock } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';

/** Tries on this machine what the isolation levels promise. */
export const doctor = defineCommand({
  name: 'doctor',
  parameters: '',
  summary: 'try mini attacks at every isolation level and report which levels hold on this machine',
  details:
    'Takes a few seconds. Exits with 1 if a level does not hold; a missing jail is reported, but is not a failure.',
  positionals: { least: 0, most: 0 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options }, { print, signal }) {
    const library_ = await library();
    const report = await library_.doctor({ signal });
    print.result(options.json === true ? jsonText(report) : asText(report));
    const isAllWell = report.levels.every(({ level, holds }) => holds || level === 'isolated with a jail');
    return isAllWell ? EXIT.ok : EXIT.failed;
  },
});

function asText({ node, platform, notes, levels }: DoctorReport): string {
  return [
    `Node ${node} on ${platform}`,
    ...notes.map((note) => `  note: ${visibleBlock(note, '    ')}`),
    ...levels.flatMap(describe),
  ].join('\n');
}

function describe({ level, promise, holds, problem, diagnostics }: LevelReport): string[] {
  if (problem !== undefined) return [`${level}: not available here`, `  ${visibleBlock(problem, '    ')}`];
  const broken = diagnostics.filter(({ isPromised, isDenied }) => isPromised && !isDenied);
  const kept = diagnostics.filter(({ isPromised, isDenied }) => isPromised && isDenied);
  const open = diagnostics.filter(({ isPromised, isDenied }) => !isPromised && !isDenied);
  const list = (label: string, found: typeof diagnostics): string[] =>
    found.length === 0 ? [] : [`  ${label}: ${found.map(({ words }) => words).join('; ')}`];
  return [
    holds ? `${level}: holds (${promise})` : `${level}: DOES NOT HOLD; do not rely on it here`,
    ...list('BROKEN, a module can', broken),
    ...list('a module cannot', kept),
    ...list('not promised, a module can', open),
  ];
}
