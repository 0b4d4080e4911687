import type { Comparison } from '../compare.js';
import { keyOf } from '../compare.js';
import type { BenchDocument } from '../document.js';
import { busyWarning, type Machine } from '../../src/measure/machine.js';
import type { Result } from '../../src/measure/suite.js';

/** One line about the machine, for every place that shows figures. */
export function machineLine(machine: Machine): string {
  const { cpu, cores, memoryGb, os, arch, node, loadAtStart } = machine;
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${os} ${arch}, Node ${node}, load ${loadAtStart} at the start`;
}

/** The run for a terminal: one table per scope and load. */
export function tableText(run: BenchDocument): string {
  const { rounds, roundMs, isQuick } = run.settings;
  const lines = [
    machineLine(run.machine),
    `${rounds} rounds of ${roundMs} ms per case${isQuick ? ' (quick)' : ''}`,
  ];
  const warning = busyWarning(run.machine);
  if (warning !== undefined) lines.push(warning);
  for (const [title, results] of grouped(run.results)) lines.push('', title, ...tableOf(results));
  for (const { scope, reason } of run.failures) lines.push('', `${scope} could not be measured: ${reason}`);
  return lines.join('\n');
}

/** Results by scope and load, in the order of the run. */
export function grouped(results: readonly Result[]): Map<string, Result[]> {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const load =
      result.ratePerSecond === undefined
        ? `${result.inFlight} in flight`
        : `open load, ${count(result.ratePerSecond)} per second`;
    const title = [result.scope, ...(result.group === undefined ? [] : [result.group]), load].join(', ');
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [result]);
    else group.push(result);
  }
  return groups;
}

function tableOf(results: readonly Result[]): string[] {
  const figures = [...new Set(results.flatMap((result) => Object.keys(result.figures ?? {})))];
  const head = [
    'case',
    'per second',
    'spread',
    'of floor',
    'p50 us',
    'to floor',
    'p99 us',
    'to floor',
    'p99.9 us',
    ...figures,
  ];
  const rows = results.map((result) => [
    result.case,
    count(result.perSecond),
    `${Math.round(result.spread * 100)} %`,
    result.ratioToFloor === undefined ? '' : result.ratioToFloor.toFixed(2),
    micros(result.p50Us),
    result.p50ToFloor === undefined ? '' : result.p50ToFloor.toFixed(2),
    micros(result.p99Us),
    result.p99ToFloor === undefined ? '' : result.p99ToFloor.toFixed(2),
    micros(result.p999Us),
    ...figures.map((name) => (result.figures?.[name] === undefined ? '' : count(result.figures[name]))),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const setups = results.flatMap(({ case: name, setup }) =>
    setup === undefined ? [] : [`  ${name}: ${setup}`],
  );
  return [line(head), ...rows.map(line), ...setups];
}

/** The comparison for a terminal: what changed, then the totals. */
export function comparisonText(comparison: Comparison): string {
  const changed = comparison.changes.filter(({ verdict }) => verdict !== 'same');
  const lines = changed.map(
    (change) =>
      `${change.verdict}: ${keyOf(change)}: ${change.changePercent > 0 ? '+' : ''}${change.changePercent} % (${change.by}, p = ${change.p})`,
  );
  if (!comparison.sameMachine) {
    lines.push(
      'The two runs come from different machines or Node versions: only ratios to the floor are compared.',
    );
  }
  for (const key of comparison.notCompared) lines.push(`not compared: ${key}`);
  lines.push(
    `${comparison.changes.length} cases compared, ${comparison.regressions} slower by more than ${comparison.thresholdPercent} % with p < ${comparison.alpha}`,
  );
  return lines.join('\n');
}

/** A number with thin groups: 1 234 567; small ones keep three digits. */
export function count(value: number): string {
  if (Math.abs(value) < 100 && !Number.isInteger(value)) return String(Number(value.toPrecision(3)));
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Microseconds for a person. */
export function micros(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}
