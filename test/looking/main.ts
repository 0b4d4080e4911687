import { parseArgs } from 'node:util';
import { COMMANDS, look, type Look } from './look.js';
import { SUBJECTS } from './subjects.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

const USAGE = `npm run looking [-- --only TEXT] [--command NAME] [--json]

Looks at hostile flows and packages with check, graph, audit, permissions, lock and learn, each in a process of its own, and prints how long that took,
how much memory, and whether anything of them ran; and loads the packages in a host, with the longest turn of its event loop. Ends with 1 when something ran, raw control characters came out, or a look did not end
within ten seconds.
`;
const LIMIT_MS = 10_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    command: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function row({ command, subject, ms, rssMb, turnMs, code, hasRun, isRaw }: Look): string {
  const odd = [hasRun ? 'RAN' : '', isRaw ? 'RAW' : '', code === undefined ? 'ENDED' : ''].filter(Boolean);
  const figures = `${ms.toFixed(0).padStart(6)} ms ${rssMb.toFixed(0).padStart(5)} MB`;
  const turn = turnMs === undefined ? '' : `  longest turn ${turnMs} ms`;
  return `${command.padEnd(12)}${figures}  exit ${String(code ?? '-')}  ${subject}${turn}${odd.length === 0 ? '' : `  ${odd.join(' ')}`}`;
}

if (values.help) {
  process.stdout.write(USAGE);
} else {
  const looks: Look[] = [];
  for (const subject of SUBJECTS.filter(({ name }) => name.includes(values.only))) {
    const commands = Object.keys(COMMANDS).filter((name) => name.includes(values.command));
    for (const one of await look(subject, commands, LIMIT_MS)) {
      looks.push(one);
      if (!values.json) process.stdout.write(`${row(one)}\n`);
    }
  }
  const worst = {
    looks: looks.length,
    subjects: new Set(looks.map(({ subject }) => subject)).size,
    longestMs: Math.round(Math.max(...looks.map(({ ms }) => ms))),
    mostMb: Math.round(Math.max(...looks.map(({ rssMb }) => rssMb))),
    longestTurnMs: Math.max(...looks.map(({ turnMs = 0 }) => turnMs)),
    ran: looks.filter(({ hasRun }) => hasRun).length,
    raw: looks.filter(({ isRaw }) => isRaw).length,
    notEnded: looks.filter(({ code }) => code === undefined).length,
  };
  process.stdout.write(`${JSON.stringify(values.json ? { ...worst, rows: looks } : worst)}\n`);
  if (worst.ran + worst.raw + worst.notEnded > 0) process.exitCode = 1;
}
