import type { Result } from '../../src/measure/suite.js';
import { compact, duration } from './log-scale.js';
import type { Plot, PlotRow } from './range-plot.js';

/** Operations per second of cases side by side, fastest first: the median, and how far the rounds lie apart. */
export function throughputPlot(title: string, results: readonly Result[]): Plot {
  const floor = results.find(({ isFloor }) => isFloor === true);
  const fastestFirst = [...results].sort((a, b) => b.perSecond - a.perSecond);
  return {
    title,
    axis: 'per second, logarithmic: dot = median of the rounds, bar = slowest to fastest round',
    ...(floor === undefined ? {} : { reference: floor.perSecond }),
    rows: fastestFirst.map((result) => ({
      label: result.case,
      dots: [result.perSecond],
      low: Math.min(...result.rounds),
      high: Math.max(...result.rounds),
      notes: [
        compact(result.perSecond),
        result === floor || result.ratioToFloor === undefined ? '' : `${ratio(result.ratioToFloor)} floor`,
      ],
      hint: hintOf(result),
      tone: toneOf(result),
    })),
  };
}

/** Times of single operations of cases side by side, quickest first. */
export function latencyPlot(title: string, results: readonly Result[]): Plot {
  const quickestFirst = [...results].sort((a, b) => a.p50Us - b.p50Us);
  return {
    title,
    axis: 'time, logarithmic: full dot = p50, then p99 and p99.9',
    tickLabel: duration,
    rows: quickestFirst.map((result) => ({
      label: result.case,
      dots: [result.p50Us, result.p99Us, result.p999Us],
      low: result.p50Us,
      high: result.p999Us,
      notes: [duration(result.p50Us), `p99 ${duration(result.p99Us)}`],
      hint: hintOf(result),
      tone: toneOf(result),
    })),
  };
}

/** A ratio in words: 0.83 x, 12 x. */
export function ratio(value: number): string {
  return `${Number(value.toPrecision(2))} ×`;
}

function toneOf(result: Result): PlotRow['tone'] {
  if (result.isFloor === true) return 'floor';
  return result.case.startsWith('phlow') ? 'accent' : 'plain';
}

function hintOf(result: Result): string {
  return [result.case, ...(result.setup === undefined ? [] : [result.setup])].join(': ');
}
