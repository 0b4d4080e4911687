import { execFileSync } from 'node:child_process';
import { runWays } from './run-ways.js';
import { verdict, WAYS, type Outcome } from './ways.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

// Prints what becomes of every way on each Node that is named by its path; without any, on the one that runs. Ends with 1 when one is silent.
const nodes = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
const versions = nodes.map((node) => execFileSync(node, ['--version']).toString().trim());
const columns: (readonly Outcome[])[] = [];
for (const node of nodes) columns.push(await runWays(node));
process.stdout.write(`| way | ${versions.join(' | ')} |\n| --- |${' --- |'.repeat(nodes.length)}\n`);
let silent = 0;
WAYS.forEach((way, at) => {
  const cells = columns.map((column, i) => {
    const outcome = column[at] ?? { way: way.way, isRefused: false, said: '' };
    const says = verdict(way, outcome, Number(versions[i]?.slice(1).split('.')[0]));
    if (says === 'SILENT') silent++;
    return says === 'SILENT' ? `SILENT: ${outcome.said}` : says;
  });
  process.stdout.write(`| ${way.way} | ${cells.join(' | ')} |\n`);
});
process.stdout.write(`${WAYS.length} ways on ${nodes.length} Nodes, ${silent} of them silent\n`);
process.exitCode = silent === 0 ? 0 : 1;
