import type { Host } from '../../index.js';
import { defineCommand } from '../command.js';
import { milliseconds, pathArgument } from '../args.js';
import type { Printer } from '../print.js';
import { statsTable } from '../stats-table.js';
import { RUN_OPTIONS, runFlow } from './run.js';

const EVERY_MS = 1_000;

/** Runs a flow and shows meanwhile what its modules do and cost. */
export const top = defineCommand({
  name: 'top',
  parameters: 'FILE',
  summary: 'run a flow and watch what its modules do and cost',
  details: [
    'Repeatedly draws a table of the modules on standard error while the flow runs, and once more at the end: packages,',
    'round trips (p50, p99, p99.9), event loop, CPU, heap, restarts. On a terminal it is drawn in place, with the columns',
    'that fit its width.',
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: {
    ...RUN_OPTIONS,
    every: { kind: 'text', value: 'MS', help: `time between two tables; default ${EVERY_MS}` },
  },
  run: ({ options, positionals }, context) => {
    const everyMs = options.every === undefined ? EVERY_MS : milliseconds(options.every, 'every');
    const watch = (host: Host): (() => void) => drawOften(host, context.print, everyMs);
    return runFlow(pathArgument(positionals[0] ?? '.'), { ...options, stats: true }, context, watch);
  },
});

function drawOften(host: Host, print: Printer, everyMs: number): () => void {
  let isDrawing = false;
  let linesDrawn = 0;
  const draw = async (): Promise<void> => {
    if (isDrawing) return;
    isDrawing = true;
    const inspection = await host.inspect();
    if (inspection.modules.length > 0) {
      const table = statsTable(inspection, print.room);
      // Over the last table; a file or a pipe gets one table below the other.
      print.redraw(table, linesDrawn);
      linesDrawn = table.split('\n').length;
    }
    isDrawing = false;
  };
  const timer = setInterval(() => void draw(), everyMs);
  void draw();
  return () => clearInterval(timer);
}
