import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createHost, type LogLine, type Module } from '../../../src/index.js';
import { isMap, textOf, type Value } from '../../../src/values.js';
import { Deferred } from '../../../src/wire/deferred.js';
import useOwnCache from '../../support/own-cache.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';
import { ATTACKS, possibleConnections, SECRET } from './attackers.js';

useOwnCache();

/* npm run serving:hostile: what a neighbour of http_server feels while clients attack it, and what is left afterwards. */
const USAGE = `Usage: npm run serving:hostile -- [--only TEXT] [--json]

Attacks http_server at trusted and at isolated, for five seconds each, and prints what the clients got, the p99 of
calls of a neighbour module before and meanwhile, the memory, and the descriptors that are left.
Where "ulimit -n" allows fewer than 10 200 descriptors, the attack that opens 10 000 connections opens fewer, and says so.

Exit codes: 0 all is well, 1 a client got what it should not, descriptors are left, or the server no longer answers`;

const ATTACKERS = fileURLToPath(new URL('./attackers.js', import.meta.url));
const ATTACK_MS = 5_000;
const CALM_MS = 1_000;
/** Within this time the connections of attackers that have ended are gone. */
const SETTLE_MS = 10_000;
const MEGABYTE = 1_000_000;
const LARGE = 'a'.repeat(1 * MEGABYTE);

/** What came of one attack. */
interface Row {
  readonly level: string;
  readonly attack: string;
  readonly connections: number;
  /** Open at the end of the attack. */
  readonly open: number;
  readonly calmP99Ms: number;
  readonly p99Ms: number;
  readonly memoryMB: number;
  readonly got: Readonly<Record<string, number>>;
  readonly leftDescriptors: number;
  /** The status of a request afterwards. */
  readonly then: number;
}

/** Milliseconds below which 99 of 100 calls of a neighbour stay, called one after the other for a while. */
async function p99(neighbour: Module, forMs: number): Promise<number> {
  const times: number[] = [];
  for (const end = performance.now() + forMs; performance.now() < end;) {
    const begun = performance.now();
    await neighbour.call(1);
    times.push(performance.now() - begun);
    // Not a loop that keeps the event loop for itself.
    await new Promise((resolve) => setImmediate(resolve));
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}

/** Open descriptors of this process, its threads' sockets among them. */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** The status that a client gets; 0 where nobody answers. */
function statusOf(port: number): Promise<number> {
  return fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: 'close' } }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** The flow: it sends what clients have sent back in headers. */
function run(main: Value): Promise<Value> {
  const { path, query_params: query } = isMap(main) ? main : {};
  const { name, value } = isMap(query) ? query : {};
  if (path === '/large') return Promise.resolve({ body: LARGE });
  if (path !== '/echo') return Promise.resolve('ok');
  return Promise.resolve({ headers: { [textOf(name ?? 'x-echo')]: textOf(value ?? '') }, body: 'ok' });
}

const LEVELS = {
  trusted: (folder: string) => ({
    with: {
      static: [{ path: '/files', folder: join(folder, 'files') }],
      routes: [
        { path: '/strict/:name', params: { name: { type: 'string', pattern: '^(a+)+$', required: true } } },
        { path: '/echo' },
        { path: '/large' },
        { path: '/x', method: ['GET', 'POST'] },
        { path: '/a/:one/*' },
      ],
    },
  }),
  // There are no files and no schemas here.
  isolated: () => ({
    isolation: 'isolated' as const,
    grant: { net: { listen: ['127.0.0.1:0'] } },
    with: {},
  }),
};

async function attackAt(level: keyof typeof LEVELS, folder: string, attacks: typeof ATTACKS): Promise<Row[]> {
  const listening = new Deferred<number>();
  const log = ({ message, fields }: LogLine): void => {
    if (message.startsWith('Listening')) listening.resolve(Number(fields?.['port']));
  };
  const host = await createHost({ log });
  const neighbour = await host.load('echo');
  const options = LEVELS[level](folder);
  await host.load('http_server', {
    ...options,
    with: {
      ...options.with,
      host: '127.0.0.1',
      port: 0,
      // As many results of the flow as fit into the memory of the module.
      limits: { requests: 100 },
      timeouts: { headers: '2s', request: '3s', write: '1s', keep_alive: '10s' },
    },
    dispatch: run,
  });
  const port = await listening.promise;
  await p99(neighbour, CALM_MS);
  // What a first process costs stays open.
  await once(fork(ATTACKERS), 'exit');
  const before = descriptors();
  const rows: Row[] = [];
  for (const one of attacks) {
    const calmP99Ms = await p99(neighbour, CALM_MS);
    const child = fork(ATTACKERS, [one.name, String(port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let got: Row['got'] = {};
    child.on('message', (message) => (got = message as typeof got));
    const p99Ms = await p99(neighbour, ATTACK_MS);
    const memoryMB = Math.round(process.memoryUsage.rss() / MEGABYTE);
    // Without the channel to the child.
    const open = Math.max(0, descriptors() - before - 1);
    child.kill('SIGKILL');
    for (const end = performance.now() + SETTLE_MS; descriptors() > before && performance.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const leftDescriptors = Math.max(0, descriptors() - before);
    const connections = possibleConnections(one);
    const row = {
      level,
      attack: one.name,
      connections,
      open,
      calmP99Ms,
      p99Ms,
      memoryMB,
      got,
      leftDescriptors,
      then: await statusOf(port),
    };
    rows.push(row);
    if (!values.json) show(row, one.connections);
  }
  await host.close();
  return rows;
}

function show(
  { level, attack, connections, open, calmP99Ms, p99Ms, memoryMB, got, leftDescriptors, then }: Row,
  wanted: number,
): void {
  const clients = Object.entries(got)
    .map(([end, count]) => `${end}: ${count}`)
    .join(', ');
  const fewer = connections < wanted ? ` (not ${wanted}: ulimit -n is too low)` : '';
  console.log(
    `${level.padEnd(8)} ${attack.padEnd(36)} ${String(connections).padStart(6)}${fewer} connections, ${open} open; p99 ${calmP99Ms.toFixed(2)} -> ${p99Ms.toFixed(2)} ms; ${memoryMB} MB; ${clients || 'none ended'}; then ${then}, ${leftDescriptors} descriptors left`,
  );
}

const isWell = ({ got, leftDescriptors, then }: Row): boolean =>
  then === 200 && leftDescriptors === 0 && !Object.keys(got).some((end) => /^[A-Z ]+$/.test(end));

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else {
  const attacks = ATTACKS.filter(({ name }) => name.includes(values.only ?? ''));
  await withFolder(async (folder) => {
    writeFiles(folder, {
      'files/a.txt': 'a',
      'files/.hidden': SECRET,
      'secret.txt': SECRET,
      'beside/secret.txt': SECRET,
    });
    symlinkSync(join(folder, 'beside'), join(folder, 'files/link'));
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'files/link.txt'));
    const rows: Row[] = [];
    for (const level of ['trusted', 'isolated'] as const)
      rows.push(...(await attackAt(level, folder, attacks)));
    if (values.json) console.log(JSON.stringify(rows, null, 2));
    process.exitCode = rows.length > 0 && rows.every(isWell) ? 0 : 1;
  });
}
process.exit();
