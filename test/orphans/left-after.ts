import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from '../../src/sandbox/find-on-path.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { guestSource, type GuestKind, type Hold } from './guests.js';
import type { OrphanJob } from './orphan-host.js';
import { endFrom, type Way } from './ways.js';

const HOST = fileURLToPath(new URL('./orphan-host.js', import.meta.url));
/** All is to be gone this long after the host has. */
const GONE_MS = 1_000;
/** What is gone by then was late on a busy machine, and is no orphan. */
const LATE_MS = 6_000;
const READY_MS = 60_000;

/** What became of one host. */
export interface Left {
  /** Processes that belonged to the host before it ended, itself included. */
  readonly before: number;
  /** What is left of them after a second; command lines. */
  readonly left: readonly string[];
  /** What is left of those after some more seconds. */
  readonly stays: readonly string[];
  readonly goneMs: number;
}

/** Ends a host in one way while its guest is at one thing, and looks what is left of its processes. */
export function leftAfter(way: Way, kind: GuestKind, hold: Hold): Promise<Left> {
  return withFolder(async (folder) => {
    const node = join(folder, 'node');
    symlinkSync(process.execPath, node);
    const module = join(folder, 'module');
    writeFiles(module, { 'phlow.yaml': 'name: guest\n', 'index.mjs': guestSource(kind, hold) });
    const job: OrphanJob = { folder: module, kind, hold, way, node };
    // A folder of our own for the cache of bundles: what is in it already is not bundled again.
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      XDG_CACHE_HOME: join(folder, 'cache'),
      NODE_OPTIONS: '',
    };
    if (hold === 'isolated, watched') env['PATH'] = folder;
    if (hold === 'isolated, in namespaces') env['PATH'] = pathOf(folder, ['unshare', 'setpriv']);
    const execArgv = way === 'out of memory' ? ['--max-old-space-size=64'] : [];
    const child = fork(HOST, [JSON.stringify(job)], {
      execArgv,
      env,
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    const exited = once(child, 'exit');
    try {
      await busy(child, kind, hold, folder);
      const ours = processesOf(child.pid ?? 0, folder);
      endFrom(child, way);
      // A host that runs out of memory takes a while to do so; all other ways end it now.
      if (way === 'out of memory') await exited;
      const since = performance.now();
      const isLeft = (): readonly Found[] => {
        const known = new Set(ours.map(({ id }) => id));
        return all().filter((found) => known.has(found.id) || found.line.includes(folder));
      };
      const leftWithin = async (ms: number): Promise<readonly Found[]> => {
        for (;;) {
          const left = isLeft();
          if (left.length === 0 || performance.now() - since >= ms) return left;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      const left = await leftWithin(GONE_MS);
      const goneMs = performance.now() - since;
      const stays = left.length === 0 ? left : await leftWithin(LATE_MS);
      for (const { pid } of stays) kill(pid);
      const lines = (found: readonly Found[]): string[] => found.map(({ line }) => line);
      return { before: ours.length, left: lines(left), stays: lines(stays), goneMs };
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone meanwhile.
  }
}

/** A folder with these programs of the system and no other. */
function pathOf(folder: string, programs: readonly string[]): string {
  const path = join(folder, 'bin');
  mkdirSync(path);
  for (const program of programs) symlinkSync(findOnPath(program) ?? '/nowhere', join(path, program));
  return path;
}

/** Resolves when the guest has said that it is busy, and all processes that are to be there are. */
async function busy(child: ChildProcess, kind: GuestKind, hold: Hold, marker: string): Promise<void> {
  const least = leastProcesses(kind, hold);
  const said = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('busy')) resolve();
    });
    child.once('exit', () => reject(new Error('the host has ended before its guest was busy')));
  });
  await said;
  const until = performance.now() + READY_MS;
  while (processesOf(child.pid ?? 0, marker).length < least) {
    if (performance.now() > until) throw new Error(`fewer than ${least} processes have come up`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The host, the guest, the one that waits for the next module, and what watches or jails them; the bundler and its own child. */
function leastProcesses(kind: GuestKind, hold: Hold): number {
  if (kind === 'bundles') return hold === 'trusted' ? 1 : 4;
  if (!hold.startsWith('isolated')) return 1;
  const guests = kind === 'loads' ? 1 : 2;
  const each = {
    isolated: 1,
    'isolated, watched': 2,
    'isolated, in a jail': 3,
    'isolated, in namespaces': 2,
  };
  return 1 + guests * each[hold as keyof typeof each];
}

interface Found {
  readonly pid: number;
  /** With the time of its start: numbers come again. */
  readonly id: string;
  readonly parent: number;
  readonly line: string;
}

function processesOf(host: number, marker: string): readonly Found[] {
  const found = all();
  const known = new Set([host]);
  // Parents before children is not the order of numbers.
  for (let size = 0; size !== known.size;) {
    size = known.size;
    for (const { pid, parent } of found) if (known.has(parent)) known.add(pid);
  }
  return found.filter(({ pid, line }) => known.has(pid) || line.includes(marker));
}

/** All processes of the machine that have not ended; one that has and was not fetched by its parent holds nothing. */
function all(): readonly Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(read)
    .filter((found) => found !== undefined);
}

function read(name: string): Found | undefined {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const [state = '', parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (/[ZX]/.test(state)) return undefined;
    const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid: Number(name), id: `${name} ${rest[17] ?? ''}`, parent: Number(parent), line };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
