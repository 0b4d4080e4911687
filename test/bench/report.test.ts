import { describe, expect, test } from '@jest/globals';
import type { BenchDocument } from '../../bench/document.js';
import { compact, duration, logScale } from '../../bench/report/log-scale.js';
import { htmlReport } from '../../bench/report/page.js';
import { svgReport } from '../../bench/report/svg.js';
import { tableText } from '../../bench/report/table.js';
import type { Result } from '../../src/measure/suite.js';

function row(name: string, perSecond: number, extra: Partial<Result> = {}): Result {
  return {
    scope: 'wire',
    case: name,
    inFlight: 256,
    perSecond,
    p50Us: 100,
    p99Us: 900,
    p999Us: 4000,
    rounds: [perSecond * 0.9, perSecond, perSecond * 1.1],
    spread: 0.1,
    ...extra,
  };
}

const RUN: BenchDocument = {
  machine: {
    cpu: 'A <fast> CPU & more',
    cores: 2,
    memoryGb: 8,
    os: 'Linux 6',
    arch: 'x64',
    node: 'v20.20.2',
    v8: '11',
    loadAtStart: 0.1,
  },
  settings: { rounds: 3, roundMs: 100, isQuick: false },
  about: { wire: 'there and back' },
  results: [
    row('floor', 1_500_000, { isFloor: true, ratioToFloor: 1 }),
    row('phlow', 1_200_000, { ratioToFloor: 0.8, setup: 'echo "module"' }),
    row('comlink', 84_000, { ratioToFloor: 0.056 }),
    row('phlow', 5_000, { inFlight: 0, ratePerSecond: 5_000, figures: { idleBytes: 12_345_678 } }),
  ],
  bars: [{ name: 'of <floor>', bar: 'at least 0.7 x', is: 'at least', value: 0.8, ok: true, runs: [0.8] }],
  failures: [{ scope: 'cache', reason: 'no <server>' }],
};

/** The same, of one thing at three sizes. */
const GROWN: BenchDocument = {
  ...RUN,
  results: [1, 10, 1_000].map((size) =>
    row(`${size} <things>`, 1_000 / size, { scope: 'scale', group: 'how it grows', size, p50Us: 50 * size }),
  ),
};

/** Tags that were opened and not closed, in order; void elements apart. */
function unclosed(markup: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
    if (rest.endsWith('/') || ['meta', 'br'].includes(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [`unexpected </${name}>`];
  }
  return open;
}

describe('htmlReport()', () => {
  const html = htmlReport(RUN);

  test('is well-formed and needs nothing from outside', () => {
    expect(unclosed(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
  });

  test('plots each group with a dot per case and the floor as a line', () => {
    expect(html.match(/<svg /g)).toHaveLength(2);
    expect(html.match(/class="reference"/g)).toHaveLength(1);
    expect(html.match(/class="row accent"/g)).toHaveLength(2);
    expect(html.match(/class="row floor"/g)).toHaveLength(2);
  });

  test('shows every figure with its floor, its width and its machine', () => {
    for (const words of [
      '1 500 000',
      '1 200 000',
      '84 000',
      '0.80',
      '256 in flight',
      'Node v20.20.2',
      '12 345 678',
    ]) {
      expect(html).toContain(words);
    }
  });

  test('escapes what comes from elsewhere', () => {
    expect(html).toContain('A &lt;fast&gt; CPU &amp; more');
    expect(html).toContain('no &lt;server&gt;');
    expect(html).toContain('of &lt;floor&gt;');
    expect(html).toContain('echo &quot;module&quot;');
  });
});

test('both reports warn when the machine was busy with something else', () => {
  const busy = { ...RUN, machine: { ...RUN.machine, loadAtStart: 1.5 } };
  for (const report of [htmlReport, tableText]) {
    expect(report(busy)).toContain('load 1.5 on 2 cores');
    expect(report(RUN)).not.toContain('trust no absolute figure');
  }
});

test('svgReport() stands alone and leaves open load out', () => {
  const svg = svgReport(RUN);
  expect(unclosed(svg)).toEqual([]);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg.match(/class="row/g)).toHaveLength(3);
});

test('both reports draw how times grow with sizes, with a dot for each', () => {
  for (const report of [svgReport(GROWN), htmlReport(GROWN)]) {
    expect(unclosed(report)).toEqual([]);
    expect(report.match(/class="dot"/g)).toHaveLength(3);
    expect(report).toContain('1000 &lt;things&gt;: 50 ms');
    const [, points = ''] = /polyline[^>]*points="([^"]*)"/.exec(report) ?? [];
    const places = points.split(' ').map((point) => point.split(',').map(Number));
    // Three decades of size and of time: each step goes as far up as across, in its own scale.
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = places;
    expect((x2 - x1) / (x1 - x0)).toBeCloseTo(2, 1);
    expect((y1 - y2) / (y0 - y1)).toBeCloseTo(2, 1);
  }
});

test('tableText() groups by load, aligns columns and names the setup', () => {
  const lines = tableText(RUN).split('\n');
  expect(lines).toContain('wire, 256 in flight');
  expect(lines).toContain('wire, open load, 5 000 per second');
  expect(lines).toContain('  phlow: echo "module"');
  expect(lines.find((line) => line.startsWith('phlow '))).toMatch(
    /^phlow +1 200 000 +10 % +0\.80 +100 +900 +4 000$/,
  );
});

describe('logScale()', () => {
  test('puts equal ratios at equal distances', () => {
    const { at } = logScale([10, 1000], 100);
    expect(at(100) - at(10)).toBeCloseTo(at(1000) - at(100), 0);
  });

  test('holds values outside its range, and zero, at the edge', () => {
    const { at } = logScale([10, 1000], 100);
    expect(at(0)).toBe(0);
    expect(at(1e9)).toBe(100);
  });

  test('has an axis even for nothing at all', () => {
    expect(logScale([], 100).ticks.length).toBeGreaterThan(0);
  });
});

test('compact() and duration() pick the unit that reads best', () => {
  expect([999.4, 1000, 83_960, 1_460_000].map(compact)).toEqual(['999', '1 k', '84 k', '1.46 M']);
  expect([0.85, 52, 3100, 1_200_000].map(duration)).toEqual(['850 ns', '52 µs', '3.1 ms', '1.2 s']);
});
