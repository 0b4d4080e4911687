import type { Bar } from '../bars.js';
import { keyOf, type Comparison } from '../compare.js';
import type { BenchDocument } from '../document.js';
import { busyWarning } from '../../src/measure/machine.js';
import type { Result } from '../../src/measure/suite.js';
import { duration } from './log-scale.js';
import { GROWTH_HEIGHT, growthPlot, growthsOf } from './growth-plot.js';
import { latencyPlot, throughputPlot } from './plots.js';
import { escapeXml, PLOT_STYLE, PLOT_WIDTH, plotHeight, rangePlot, type Plot } from './range-plot.js';
import { measuredOf } from './bar-table.js';
import { count, grouped, machineLine } from './table.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2128; --muted: #626c78; --line: #dfe3e8; --paper: #ffffff; --shade: #f5f7f9; --accent: #d6336c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --muted: #9aa4b0; --line: #323a45; --paper: #14181d; --shade: #1b2026; --accent: #ff6b9d }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 880px; padding: 40px 24px 80px; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
h1 { font-size: 28px; margin: 0 0 4px }
h2 { font-size: 20px; margin: 56px 0 4px; padding-top: 20px; border-top: 1px solid var(--line) }
h3 { font-size: 16px; margin: 36px 0 8px }
p { margin: 4px 0 12px } .muted { color: var(--muted) }
nav a { color: inherit; margin-right: 16px }
svg { display: block; width: 100%; min-width: 620px; height: auto; margin: 12px 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: 5px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left }
th.words, td.words { text-align: left; white-space: normal; color: var(--muted); min-width: 220px }
thead th { color: var(--muted); font-weight: 500 }
tbody tr:hover { background: var(--shade) }
tr.phlow th { color: var(--accent) }
.warning { border-left: 3px solid var(--accent); padding: 4px 12px }
`.trim();

/** The whole run as one HTML page that needs nothing else: plots, every figure, the method. */
export function htmlReport(run: BenchDocument): string {
  const scopes = [...new Set(run.results.map(({ scope }) => scope))];
  const { rounds, roundMs, isQuick } = run.settings;
  const busy = busyWarning(run.machine);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>phlow bench</title><style>${STYLE}\n${PLOT_STYLE}</style></head>`,
    '<body>',
    '<h1>phlow bench</h1>',
    `<p class="muted">${escapeXml(machineLine(run.machine))}<br>${rounds} interleaved rounds of ${roundMs} ms per case</p>`,
    busy === undefined ? '' : `<p class="warning">${escapeXml(busy)}</p>`,
    isQuick ? '<p class="warning">A quick run: for a look, not for a claim.</p>' : '',
    scopes.length > 1
      ? `<nav>${scopes.map((scope) => `<a href="#${escapeXml(scope)}">${escapeXml(scope)}</a>`).join('')}</nav>`
      : '',
    ...run.failures.map(
      ({ scope, reason }) =>
        `<p class="warning">${escapeXml(scope)} could not be measured: ${escapeXml(reason)}</p>`,
    ),
    run.bars.length === 0 ? '' : barsSection(run.bars),
    ...scopes.map((scope) => section(scope, run)),
    run.comparison === undefined ? '' : comparisonSection(run.comparison),
    METHOD,
    '</body></html>',
    '',
  ].join('\n');
}

function barsSection(bars: readonly Bar[]): string {
  const rows = bars.map(
    (bar) =>
      `<tr${bar.ok ? '' : ' class="phlow"'}><th>${escapeXml(bar.name)}</th><td>${escapeXml(measuredOf(bar))}</td><td>${escapeXml(bar.bar)}</td><td>${bar.ok ? 'holds' : 'missed'}</td></tr>`,
  );
  return `<section><h2>bars</h2><div class="scroll"><table><thead><tr><th>what is promised</th><td>measured</td><td>bar</td><td></td></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function section(scope: string, run: BenchDocument): string {
  const about = run.about[scope];
  const parts = [`<section id="${escapeXml(scope)}"><h2>${escapeXml(scope)}</h2>`];
  if (about !== undefined) parts.push(`<p class="muted">${escapeXml(about)}</p>`);
  const ofScope = run.results.filter((result) => result.scope === scope);
  for (const growth of growthsOf(ofScope))
    parts.push(drawing(growthPlot(growth), GROWTH_HEIGHT, growth.title));
  for (const [title, results] of grouped(ofScope)) {
    const short = title.slice(scope.length + 2);
    parts.push(`<h3>${escapeXml(short)}</h3>`);
    if (results.length > 1 && results.every(({ size }) => size === undefined)) {
      const isOpen = results.every(({ ratePerSecond }) => ratePerSecond !== undefined);
      // Under open load everybody who keeps up has the same rate: only times tell them apart.
      if (!isOpen) parts.push(figure(throughputPlot('Throughput', results), short));
      parts.push(figure(latencyPlot('Latency', results), short));
    }
    parts.push(table(results));
  }
  parts.push('</section>');
  return parts.join('\n');
}

function figure(plot: Plot, about: string): string {
  return drawing(rangePlot(plot), plotHeight(plot.rows.length), `${plot.title}, ${about}`);
}

function drawing(inside: string, height: number, label: string): string {
  return `<div class="scroll"><svg viewBox="0 0 ${PLOT_WIDTH} ${height}" role="img" aria-label="${escapeXml(label)}">\n${inside}\n</svg></div>`;
}

function table(results: readonly Result[]): string {
  const figures = [...new Set(results.flatMap((result) => Object.keys(result.figures ?? {})))];
  const hasFloor = results.some(({ ratioToFloor }) => ratioToFloor !== undefined);
  const hasSetup = results.some(({ setup }) => setup !== undefined);
  const head = [
    'case',
    'per second',
    'spread',
    ...(hasFloor ? ['of floor'] : []),
    'p50',
    'p99',
    'p99.9',
    ...figures,
  ];
  const body = results.map((result) => {
    const cells = [
      count(result.perSecond),
      `${Math.round(result.spread * 100)} %`,
      ...(hasFloor ? [result.ratioToFloor?.toFixed(2) ?? ''] : []),
      duration(result.p50Us),
      duration(result.p99Us),
      duration(result.p999Us),
      ...figures.map((name) => (result.figures?.[name] === undefined ? '' : count(result.figures[name]))),
    ];
    return [
      `<tr${result.case.startsWith('phlow') ? ' class="phlow"' : ''}><th scope="row">${escapeXml(result.case)}</th>`,
      ...cells.map((cell) => `<td>${escapeXml(cell)}</td>`),
      hasSetup ? `<td class="words">${escapeXml(result.setup ?? '')}</td>` : '',
      '</tr>',
    ].join('');
  });
  return [
    '<div class="scroll"><table><thead><tr>',
    ...head.map((title) => `<th scope="col">${escapeXml(title)}</th>`),
    hasSetup ? '<th scope="col" class="words">setup</th>' : '',
    '</tr></thead><tbody>',
    ...body,
    '</tbody></table></div>',
  ].join('\n');
}

function comparisonSection(comparison: Comparison): string {
  const rows = comparison.changes.map(
    (change) =>
      `<tr><th scope="row">${escapeXml(keyOf(change))}</th><td>${change.changePercent} %</td><td>${change.p}</td><td>${change.by}</td><td>${change.verdict}</td></tr>`,
  );
  return [
    `<section id="comparison"><h2>Compared with the baseline</h2>`,
    `<p>${comparison.changes.length} cases compared, ${comparison.regressions} slower by more than ${comparison.thresholdPercent} % with p below ${comparison.alpha} (Mann-Whitney U over rounds).</p>`,
    '<div class="scroll"><table><thead><tr><th scope="col">case</th><th scope="col">change</th><th scope="col">p</th><th scope="col">by</th><th scope="col">verdict</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table></div></section>',
  ].join('\n');
}

const METHOD = `<section id="method"><h2>How this was measured</h2>
<p>All cases of a scope run in one process, warmed up, then in rounds in which every case has its turn, each round in another order: a machine that drifts hits all of them alike. Rates are medians over rounds; "spread" is the interquartile range over the median; "of floor" is the median of the ratios to the floor of the same round.</p>
<p>Closed load keeps a fixed number of packages in flight. Open load starts packages at a fixed rate whatever the answers do, and counts a package's time from the moment it was meant to start, so that a stall is charged to everything that should have happened during it. Percentiles come from HDR histograms of three significant figures.</p>
</section>`;
