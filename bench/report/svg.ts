import type { BenchDocument } from '../document.js';
import { GROWTH_HEIGHT, growthPlot, growthsOf } from './growth-plot.js';
import { throughputPlot } from './plots.js';
import { escapeXml, PLOT_STYLE, PLOT_WIDTH, plotHeight, rangePlot } from './range-plot.js';
import { grouped, machineLine } from './table.js';

const MARGIN = 16;
const CAPTION = 36;

/** The plots of throughput, or of growth, of a run's first scope under closed load, as one SVG that stands alone (for a README). */
export function svgReport(run: BenchDocument): string {
  const scope = run.results[0]?.scope;
  const shown = run.results.filter((one) => one.scope === scope && one.ratePerSecond === undefined);
  const parts: string[] = [];
  let y = MARGIN;
  for (const growth of growthsOf(shown)) {
    parts.push(`<g transform="translate(${MARGIN} ${y})">`, growthPlot(growth), '</g>');
    y += GROWTH_HEIGHT + MARGIN;
  }
  for (const [title, results] of grouped(shown.filter(({ size }) => size === undefined))) {
    parts.push(
      `<g transform="translate(${MARGIN} ${y})">`,
      rangePlot(throughputPlot(title, results)),
      '</g>',
    );
    y += plotHeight(results.length) + MARGIN;
  }
  const { rounds, roundMs } = run.settings;
  const captions = [
    machineLine(run.machine),
    `Medians of ${rounds} interleaved rounds of ${roundMs} ms, all in one run`,
  ];
  const texts = captions.map(
    (words, line) =>
      `<text class="caption" x="${MARGIN}" y="${y + 8 + line * 16}">${escapeXml(words)}</text>`,
  );
  const width = PLOT_WIDTH + 2 * MARGIN;
  const height = y + CAPTION;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeXml(`phlow bench: ${scope ?? 'nothing measured'}`)}</title>`,
    `<style>${PLOT_STYLE}</style>`,
    `<rect width="100%" height="100%" fill="var(--paper)"/>`,
    ...parts,
    ...texts,
    '</svg>',
    '',
  ].join('\n');
}
