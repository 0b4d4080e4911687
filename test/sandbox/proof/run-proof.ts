import { NO_JAIL } from '../../../src/sandbox/jail.js';
import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { MessageChannel, Worker } from 'node:worker_threads';
import { build, type BuildOptions } from 'esbuild';
import { processCommand } from '../../../src/host/executors/guest/process-command.js';
import { guestThreadFlags } from '../../../src/host/executors/guest/thread-container.js';
import { FrameReader, MAX_FRAME_BYTES, writeFrame } from '../../../src/wire/byte-frames.js';
import { PLANE } from '../../../src/wire/frame.js';
import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import { DOWN, UP, idOf, opOf, tagOf } from '../../../src/wire/protocol.js';
import { batchOf, encodeBatch } from '../../../src/wire/text-codec.js';
import { guestCore, guestPrelude } from '../../../workers/runtime/guest/build.js';
import { guestTexts } from '../../../src/host/executors/guest/guest-texts.js';
import { LIBRARY } from '../boot-thread.js';
import type { CrawlReport } from './guest/crawl.js';
import type { Mutation } from './mutations.js';

export type ContainerKind = 'thread' | 'process';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const SEED = 1;
const DEADLINE_MS = 90_000;
const LIMITS = { maxLength: 8_000_000, maxDepth: 64 };

/**
 * Runs a crawler as a module in a real container: real boot code, real core, with an oracle among its globals that knows every object of
 * Node's realm. Resolves with what it has found; `mutation` lets something of Node in first.
 */
export async function runProof(container: ContainerKind, mutation?: Mutation): Promise<CrawlReport> {
  const moduleText = await bundled('./guest/module.js', {
    define: { PERMITS: JSON.stringify(await permits()) },
  });
  const outer = await bundled('./outer.js', {
    format: 'iife',
    platform: 'node',
    define: { PROOF: JSON.stringify({ mutation, moduleText }) },
  });
  const core = await guestCore(at('./proof-core.js'), { plugins: [withOracle] });
  const script = `${await guestPrelude()}\n${LIBRARY}\n${core}`;
  const boot = `${outer}\n${guestTexts().boot[container]}`;
  const guest = container === 'thread' ? startThread(boot, script) : startProcess(boot, script);
  try {
    return await talk(guest, moduleText);
  } finally {
    guest.end();
  }
}

/** A started container. */
interface Started {
  send(frame: string): void;
  onFrame(take: (frame: string) => void): void;
  onEnd(take: (why: string) => void): void;
  end(): void;
}

/** Loads the module, hands it what a host can, and has it crawl. */
function talk(guest: Started, code: string): Promise<CrawlReport> {
  const send = (...batch: unknown[]): void => guest.send(PLANE.data + encodeBatch(batch, LIMITS));
  const boot: GuestBoot = {
    name: 'proof',
    code,
    with: encodeBatch([0, { setting: [1] }], LIMITS),
    events: [],
    isMain: false,
    clock: 'real',
    logLevel: 'trace',
    concurrency: 0,
    capabilities: {
      env: { TZ: 'UTC' },
      timers: { max: 100_000, minDelayMs: 1 },
      clock: 'precise',
      crypto: ['random', 'subtle'],
      wasm: true,
      net: true,
    },
    logBytesPerSecond: 10_000,
    maxBufferBytes: 2 ** 28,
    ...LIMITS,
  };
  let lastWords = '';
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`The crawl has not ended; last words: ${lastWords}`));
    setTimeout(late, DEADLINE_MS).unref();
    guest.onEnd((why) => reject(new Error(`The container has ended: ${why}`)));
    guest.onFrame((frame) => {
      const plane = frame[0];
      const text = frame.slice(1);
      if (plane === PLANE.locked) guest.send(PLANE.load + JSON.stringify(boot));
      if (plane === PLANE.uncaught) lastWords = text;
      if (plane === PLANE.log && text.includes('waiting')) send(tagOf(2, DOWN.cancel), 'given up');
      if (plane !== PLANE.data) return;
      const batch = batchOf(JSON.parse(text));
      for (let i = 0; i < batch.length; i += 2) take(batch[i] as number, batch[i + 1]);
    });
    const take = (tag: number, value: unknown): void => {
      const [id, op] = [idOf(tag), opOf(tag)];
      if (op === UP.failed || op === UP.fault || op === UP.refusal) reject(new Error(JSON.stringify(value)));
      else if (op === UP.ready) {
        send(tagOf(1, DOWN.callWith), { input: 'gather', payload: { a: [1] }, hasItems: true });
        send(tagOf(1, DOWN.item), { item: 1 }, tagOf(1, DOWN.end), FAULT);
      } else if (op === UP.capability || op === UP.capabilityFor) {
        if (id % 3 === 0) send(tagOf(id, DOWN.capabilityFault), FAULT);
        else send(tagOf(id, DOWN.capabilityReply), { status: 200, headers: { a: 'b' }, body: 'YQ==' });
      } else if (op === UP.reply && id === 1) send(tagOf(2, DOWN.call), 'wait');
      else if (op === UP.reply && id === 2) send(tagOf(3, DOWN.call), SEED);
      else if (op === UP.reply && id === 3) resolve(value as CrawlReport);
    };
  });
}

const FAULT = { name: 'Error', message: 'failed', code: 'X', stack: 'Error: failed', data: { a: 1 } };

function startThread(boot: string, script: string): Started {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(boot, {
    eval: true,
    env: {},
    execArgv: [...guestThreadFlags()],
    stdout: true,
    stderr: true,
    // A short stack: the crawl goes to its end many times.
    resourceLimits: { stackSizeMb: 1, maxOldGenerationSizeMb: 2_048 },
    workerData: { port: port2, script, cache: undefined, wantsCache: false, token: '', wasm: true },
    transferList: [port2],
  });
  return {
    send: (frame) => port1.postMessage(frame),
    onFrame: (take) => port1.on('message', take),
    onEnd(take) {
      worker.once('error', (error: Error) => take(error.stack ?? error.message));
      worker.once('exit', (code) => take(`code ${code}`));
    },
    end() {
      port1.close();
      worker.removeAllListeners();
      void worker.terminate();
    },
  };
}

function startProcess(boot: string, script: string): Started {
  const spec = { jail: NO_JAIL, memoryBytes: 1_024 * 1_048_576, lifetimeCpuSeconds: 600, wasm: true };
  const { command, args } = processCommand(spec, boot, false);
  const child = spawn(command, args, { env: {}, cwd: '/', stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const channel = child.stdio[3] as Duplex;
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  channel.on('error', () => undefined);
  writeFrame(channel, JSON.stringify({ token: '', wantsCache: false, wasm: true }));
  writeFrame(channel, script);
  writeFrame(channel, new Uint8Array());
  return {
    send: (frame) => writeFrame(channel, frame),
    onFrame(take) {
      const reader = new FrameReader(MAX_FRAME_BYTES, (frame) => take(frame.toString()));
      channel.on('data', (chunk: Buffer) => reader.push(chunk));
    },
    onEnd: (take) => child.once('close', (code, signal) => take(`${code ?? signal ?? ''} ${printed}`)),
    end() {
      child.removeAllListeners();
      child.kill('SIGKILL');
    },
  };
}

/** The permit list as the compartment library has it. */
async function permits(): Promise<unknown> {
  const library = dirname(dirname(createRequire(import.meta.url).resolve('ses')));
  const found = (await import(pathToFileURL(join(library, 'src', 'permits.js')).href)) as {
    permitted: unknown;
  };
  return found.permitted;
}

async function bundled(name: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [at(name)],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'node20',
    // One argument of a command line holds 128 KiB.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'error',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

/** Has the core hand out the endowments of the proof, which are the real ones and an oracle. */
const withOracle = {
  name: 'with-oracle',
  setup(pluginBuild: Parameters<NonNullable<BuildOptions['plugins']>[number]['setup']>[0]): void {
    pluginBuild.onResolve({ filter: /\/endowments\.js$/ }, ({ importer }) =>
      importer.endsWith('load-text.js') ? { path: at('./proof-endowments.js') } : undefined,
    );
  },
};
