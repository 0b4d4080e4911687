import type { Result } from '../../src/measure/suite.js';
import { duration, logScale } from './log-scale.js';
import { escapeXml, PLOT_WIDTH, text } from './range-plot.js';

/** How the time of one thing grows with its size. */
export interface Growth {
  readonly title: string;
  readonly points: readonly { readonly size: number; readonly us: number; readonly hint: string }[];
}

/** The height that `growthPlot` needs. */
export const GROWTH_HEIGHT = 300;
const LEFT = 90;
const RIGHT = 90;
const TOP = 34;
const BOTTOM = 44;

/** One for each group of cases that differ in size. */
export function growthsOf(results: readonly Result[]): readonly Growth[] {
  const groups = new Map<string, Result[]>();
  for (const result of results)
    if (result.size !== undefined)
      groups.set(result.group ?? '', [...(groups.get(result.group ?? '') ?? []), result]);
  return [...groups].map(([title, members]) => ({
    title,
    points: members.map(({ size = 1, p50Us, case: name }) => ({
      size,
      us: p50Us,
      hint: `${name}: ${duration(p50Us)}`,
    })),
  }));
}

/** Draws times over sizes, both logarithmic, as the inside of an `<svg>`: a straight line that rises by a decade each decade grows with the size. */
export function growthPlot({ title, points }: Growth): string {
  const [width, height] = [PLOT_WIDTH - LEFT - RIGHT, GROWTH_HEIGHT - TOP - BOTTOM];
  const across = logScale(
    points.map(({ size }) => size),
    width,
  );
  const up = logScale(
    points.map(({ us }) => us),
    height,
  );
  const x = (size: number): number => LEFT + across.at(size);
  const y = (us: number): number => TOP + height - up.at(us);
  const line = points.map(({ size, us }) => `${x(size)},${y(us)}`).join(' ');
  return [
    text(0, 16, 'title', 'start', title),
    ...across.ticks
      .filter(({ isMajor }) => isMajor)
      .map(
        ({ value, label }) =>
          `<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${TOP}" y2="${TOP + height}"/>` +
          text(x(value), TOP + height + 16, 'tick', 'middle', label),
      ),
    ...up.ticks
      .filter(({ isMajor }) => isMajor)
      .map(
        ({ value }) =>
          `<line class="grid" x1="${LEFT}" x2="${LEFT + width}" y1="${y(value)}" y2="${y(value)}"/>` +
          text(LEFT - 8, y(value) + 4, 'tick', 'end', duration(value)),
      ),
    text(LEFT + width / 2, GROWTH_HEIGHT - 8, 'tick', 'middle', 'size; time of one, p50; both logarithmic'),
    `<g class="accent"><polyline class="range" fill="none" points="${line}"/>`,
    ...points.map(
      ({ size, us, hint }) =>
        `<circle class="dot" cx="${x(size)}" cy="${y(us)}" r="5"><title>${escapeXml(hint)}</title></circle>` +
        text(x(size) + 8, y(us) - 8, 'note', 'start', duration(us)),
    ),
    '</g>',
  ].join('\n');
}
