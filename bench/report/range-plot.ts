import { logScale } from './log-scale.js';

/** One line of a plot: a bar from `low` to `high` with dots on it. */
export interface PlotRow {
  readonly label: string;
  /** The first dot is the one that counts; it is drawn full, the others hollow. */
  readonly dots: readonly number[];
  readonly low: number;
  readonly high: number;
  /** Two texts at the right end, each in its own column. */
  readonly notes: readonly [string, string];
  /** Text on hovering. */
  readonly hint: string;
  readonly tone: 'plain' | 'accent' | 'floor';
}

/** What to draw. */
export interface Plot {
  readonly title: string;
  /** What the axis counts. */
  readonly axis: string;
  readonly rows: readonly PlotRow[];
  /** A dashed line through all rows, such as the floor. */
  readonly reference?: number;
  /** How a tick is written; default: as a compact number. */
  readonly tickLabel?: (value: number) => string;
}

/** Width of every plot in SVG units; the page scales it. */
export const PLOT_WIDTH = 760;
const LABELS = 170;
const NOTES = 170;
const SECOND_NOTE = 95;
const ROW = 26;
const HEAD = 34;
const FOOT = 40;

/** The height that `rangePlot` needs for so many rows. */
export function plotHeight(rows: number): number {
  return HEAD + rows * ROW + FOOT;
}

/** Draws a plot as the inside of an `<svg>`; classes take their colours from `PLOT_STYLE`. */
export function rangePlot(plot: Plot): string {
  const width = PLOT_WIDTH - LABELS - NOTES;
  const values = plot.rows.flatMap((row) => [row.low, row.high, ...row.dots]);
  const scale = logScale(values, width);
  const bottom = HEAD + plot.rows.length * ROW;
  const x = (value: number): number => LABELS + scale.at(value);
  const parts = [text(0, 16, 'title', 'start', plot.title)];
  let lastLabelAt = -Infinity;
  for (const { value, label, isMajor } of scale.ticks) {
    parts.push(
      `<line class="${isMajor ? 'grid' : 'grid minor'}" x1="${x(value)}" x2="${x(value)}" y1="${HEAD - 6}" y2="${bottom}"/>`,
    );
    // Labels that would touch their neighbour are left out; their line stays.
    if (isMajor && x(value) - lastLabelAt >= 52) {
      parts.push(text(x(value), bottom + 16, 'tick', 'middle', plot.tickLabel?.(value) ?? label));
      lastLabelAt = x(value);
    }
  }
  parts.push(text(LABELS + width / 2, bottom + 33, 'tick', 'middle', plot.axis));
  if (plot.reference !== undefined) {
    const at = x(plot.reference);
    parts.push(`<line class="reference" x1="${at}" x2="${at}" y1="${HEAD - 6}" y2="${bottom}"/>`);
  }
  for (const [index, row] of plot.rows.entries()) parts.push(drawRow(row, HEAD + index * ROW + ROW / 2, x));
  return parts.join('\n');
}

function drawRow(row: PlotRow, y: number, x: (value: number) => number): string {
  const [first, ...others] = row.dots;
  return [
    `<g class="row ${row.tone}"><title>${escapeXml(row.hint)}</title>`,
    `<rect class="hit" x="0" y="${y - ROW / 2}" width="${PLOT_WIDTH}" height="${ROW}"/>`,
    text(LABELS - 12, y + 4, 'label', 'end', row.label),
    `<line class="range" x1="${x(row.low)}" x2="${x(row.high)}" y1="${y}" y2="${y}"/>`,
    ...others.map((value) => `<circle class="hollow" cx="${x(value)}" cy="${y}" r="4"/>`),
    first === undefined ? '' : `<circle class="dot" cx="${x(first)}" cy="${y}" r="5.5"/>`,
    text(PLOT_WIDTH - SECOND_NOTE, y + 4, 'note', 'end', row.notes[0]),
    text(PLOT_WIDTH, y + 4, 'note', 'end', row.notes[1]),
    '</g>',
  ].join('');
}

/** A text at a place. */
export function text(
  x: number,
  y: number,
  className: string,
  anchor: 'start' | 'middle' | 'end',
  words: string,
): string {
  return `<text class="${className}" x="${x}" y="${y}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

/** Text made safe inside XML and HTML, attributes too. */
export function escapeXml(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The style sheet of plots, for the page and for a stand-alone SVG; light and dark. */
export const PLOT_STYLE = `
svg { --ink: #1c2128; --muted: #626c78; --line: #dfe3e8; --plain: #7b8794; --accent: #d6336c; --floor: #1971c2; --paper: #ffffff }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e6e9ee; --muted: #9aa4b0; --line: #323a45; --plain: #8c98a6; --accent: #ff6b9d; --floor: #5aa9f0; --paper: #14181d }
}
svg text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink) }
svg .title { font-weight: 600; font-size: 14px }
svg .tick, svg .caption { font-size: 11px; fill: var(--muted) }
svg .note { font-size: 12px; fill: var(--muted); font-variant-numeric: tabular-nums }
svg .grid { stroke: var(--line); stroke-width: 1 }
svg .minor { stroke-dasharray: 1 4 }
svg .reference { stroke: var(--floor); stroke-width: 1.5; stroke-dasharray: 5 4 }
svg .hit { fill: transparent }
svg .range { stroke: var(--plain); stroke-width: 3; stroke-linecap: round; opacity: .55 }
svg .dot { fill: var(--plain) }
svg .hollow { fill: var(--paper); stroke: var(--plain); stroke-width: 1.5 }
svg .accent .range, svg .accent .hollow { stroke: var(--accent) }
svg .accent .dot { fill: var(--accent) }
svg .accent .label, svg .accent .note { fill: var(--accent); font-weight: 600 }
svg .floor .range, svg .floor .hollow { stroke: var(--floor) }
svg .floor .dot { fill: var(--floor) }
svg .floor .label { fill: var(--floor) }
`.trim();
