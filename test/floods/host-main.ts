import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type IsolationLevel, type Module } from '../../src/index.js';
import { jsonLine } from '../../src/host/log/log-sink.js';
import type { Flood } from './flood.js';
import { FLOODS } from './floods.js';
import { TAGGED_FLOODS } from './tagged.js';
import { TurnWatch, type Turns } from './turn-watch.js';
import { sendOnWire, WIRE_FLOODS, type WireFlood } from './wire.js';

/** What one flood did to its host. */
export interface FloodResult extends Turns {
  readonly grownMiB: number;
  /** How it ended for the owner. */
  readonly end: string;
}

const WATCH_MS = 10_000;

/** Lets one flood loose on a host of its own, in this process. */
async function run(flood: Flood, level: IsolationLevel): Promise<FloodResult> {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-flood-'));
  writeModule(join(folder, 'flood'), 'flood', flood.source, flood.manifest ?? '');
  // With a schema: the compiler of schemas is loaded once in a process, which is no flood either.
  const echo = 'export default (pkg) => pkg.input?.length ?? 0;';
  writeModule(join(folder, 'echo'), 'echo', echo, 'output: { type: integer }');
  let written = 0;
  const host = await createHost({
    logLevel: 'trace',
    log: (line) => (written += jsonLine(line).length),
    warmPool: false,
  });
  try {
    await host.load(join(folder, 'echo'), { isolation: 'trusted', checkOutput: true });
    const prepared = flood.prepare?.();
    const rss = process.memoryUsage.rss();
    // What starting a module costs is no flood.
    const other = { isolation: level, name: 'other', checkOutput: true };
    await (await host.load(join(folder, 'echo'), other)).call(1);
    const watch = new TurnWatch();
    let grown = 0;
    const memory = setInterval(() => (grown = Math.max(grown, process.memoryUsage.rss() - rss)), 50);
    const end = await Promise.race([
      endOf(async () => {
        const module = await host.load(join(folder, 'flood'), {
          isolation: level,
          restart: 'never',
          baseDir: folder,
          ...flood.load,
          ...prepared,
        });
        await (flood.drive ?? callOnce)(module);
      }),
      new Promise<string>((resolve) => setTimeout(resolve, flood.watchMs ?? WATCH_MS, 'goes on')),
    ]);
    clearInterval(memory);
    return { ...watch.stop(), grownMiB: Math.round(grown / 1_048_576), end };
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends text into a host's reader in this process. */
async function runOnWire(flood: WireFlood): Promise<FloodResult> {
  let watch: TurnWatch | undefined;
  let rss = 0;
  const end = await sendOnWire(flood, () => {
    rss = process.memoryUsage.rss();
    watch = new TurnWatch();
  });
  const turns = watch?.stop() ?? { wallMs: NaN, cpuMs: NaN, turns: 0 };
  return { ...turns, grownMiB: Math.round((process.memoryUsage.rss() - rss) / 1_048_576), end };
}

function callOnce(module: Module): Promise<unknown> {
  return module.call({}, { timeoutMs: 20_000 });
}

async function endOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'answered';
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    return `${String(code)}: ${String(message)}`.slice(0, 160);
  }
}

function writeModule(folder: string, name: string, source: string, manifest: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), source);
  writeFileSync(join(folder, 'phlow.yaml'), `name: ${name}\nversion: 1.0.0\nentry: index.mjs\n${manifest}\n`);
}

process.once('message', (job) => {
  const { name, level } = job as { readonly name: string; readonly level: IsolationLevel | 'wire' };
  const started = level === 'wire' ? startOnWire(name) : start(name, level);
  void started.then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
      process.exit(3);
    },
  );
});

async function start(name: string, level: IsolationLevel): Promise<FloodResult> {
  const flood = FLOODS.find((one) => one.name === name);
  if (flood === undefined) throw new Error(`no flood is called ${name}`);
  return run(flood, level);
}

async function startOnWire(name: string): Promise<FloodResult> {
  const flood = [...WIRE_FLOODS, ...TAGGED_FLOODS].find((one) => one.name === name);
  if (flood === undefined) throw new Error(`no flood is called ${name}`);
  return runOnWire(flood);
}
