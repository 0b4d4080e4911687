import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { IsolationLevel } from '../../src/index.js';
import { FLOODS } from './floods.js';
import type { FloodResult } from './host-main.js';
import { TAGGED_FLOODS } from './tagged.js';
import { WIRE_FLOODS } from './wire.js';
import { inJobs } from '../support/in-jobs.js';
import { Journal } from '../support/journal.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

const HOST_MAIN = fileURLToPath(new URL('./host-main.js', import.meta.url));
const LIMIT_MS = 60_000;
/** What a turn of the host's event loop may take. */
const MAX_TURN_MS = 50;

const USAGE = `npm run floods [-- --level LEVEL]... [--only TEXT]... [--jobs N] [--resume FILE] [--json]

Lets modules send whatever may keep a host busy, each in a fresh host process, and prints the longest turn of its event loop: by the CPU time
of its thread (what it would be on a machine with nothing else to do) and by the clock.
--level wire, trusted, guarded, sandboxed or isolated; default: those that a flood is meant for
--only  floods with this in their name
--jobs  so many hosts at a time; default: 1. One with a long turn beside others is run once more alone: that is what counts
--resume  a file that keeps what is done: the same command goes on where it was ended
--json  [{ "name", "level", "cpuMs", "wallMs", "turns", "grownMiB", "end" }]
Ends with 1 when a turn took more than ${MAX_TURN_MS} ms of CPU time at a level that promises that none does (sandboxed, isolated).
`;

interface Job {
  readonly name: string;
  readonly level: Level;
}

interface Row extends FloodResult, Job {}

/** `wire`: text of a module that has come by the channel itself, read as at sandboxed and isolated. */
type Level = IsolationLevel | 'wire';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      level: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      jobs: { type: 'string', default: '1' },
      resume: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const say = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);
  const jobs = Math.max(1, Number(values.jobs) || 1);
  const journal = new Journal<Row>(values.resume);
  const all: readonly { readonly name: string; readonly levels: readonly Level[] }[] = [
    ...[...WIRE_FLOODS, ...TAGGED_FLOODS].map(({ name }) => ({ name, levels: ['wire' as const] })),
    ...FLOODS,
  ];
  const chosen = all
    .filter(({ name }) => values.only?.some((text) => name.includes(text)) !== false)
    .flatMap(({ name, levels }) => levels.map((level) => ({ name, level })))
    .filter(({ level }) => values.level?.includes(level) !== false);
  const rows: Row[] = [];
  const again: Job[] = [];
  const done = (job: Job, row: Row): void => {
    journal.set(keyOf(job), row);
    rows.push(row);
    say(rowText(row));
  };
  for (const job of chosen) rows.push(...[journal.get(keyOf(job))].filter((row) => row !== undefined));
  const open = chosen.filter((job) => journal.get(keyOf(job)) === undefined);
  await inJobs(open, jobs, async (job) => {
    const row = { ...job, ...(await runOne(job)) };
    if (jobs > 1 && isLate(row)) again.push(job);
    else done(job, row);
  });
  for (const job of again) done(job, { ...job, ...(await runOne(job)) });
  if (rows.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const late = rows.filter(isLate);
  say(
    `${rows.length} floods on ${process.version}, ${late.length} with a turn of more than ${MAX_TURN_MS} ms; load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  return late.length === 0 ? 0 : 1;
}

function isLate({ level, cpuMs }: Row): boolean {
  return cpuMs > MAX_TURN_MS && level !== 'trusted' && level !== 'guarded';
}

function rowText(row: Row): string {
  const { name, level, cpuMs, wallMs, grownMiB, end } = row;
  const ms = (value: number): string => value.toFixed(0).padStart(6);
  return `${isLate(row) ? '!' : ' '} ${level.padEnd(9)} ${name.slice(0, 64).padEnd(64)}${ms(cpuMs)} ms CPU${ms(wallMs)} ms${String(grownMiB).padStart(6)} MiB  ${end.slice(0, 90)}`;
}

function keyOf({ name, level }: Job): string {
  return `${process.version} ${level} ${name}`;
}

function runOne({ name, level }: Job): Promise<FloodResult> {
  return new Promise((resolve) => {
    const host = fork(HOST_MAIN, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    let result: FloodResult | undefined;
    let words = '';
    const timer = setTimeout(() => host.kill('SIGKILL'), LIMIT_MS);
    host.stderr?.on('data', (chunk: Buffer) => (words = `${words}${chunk.toString()}`.slice(-500)));
    host.on('message', (message) => {
      result = message as FloodResult;
    });
    host.once('exit', (code, signal) => {
      clearTimeout(timer);
      const end = `the host ended: ${code ?? signal ?? ''} ${words.trim().replaceAll('\n', ' | ')}`;
      resolve(result ?? { cpuMs: Infinity, wallMs: Infinity, turns: 0, grownMiB: 0, end });
    });
    host.send({ name, level });
  });
}

process.exitCode = await main();
