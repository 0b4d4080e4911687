import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { runWays } from './run-ways.js';
import { verdict, WAYS, type Outcome } from './ways.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

const USAGE = `npm run guarded [-- NODE...]

Tries every way by which a module at guarded could reach what it was not granted, and prints for each whether it is refused or documented.
NODE  the path of a Node.js to run them on; default: this one
Ends with 1 when one is silent: neither refused nor documented.
`;

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const nodes = positionals.length > 0 ? positionals : [process.execPath];
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
