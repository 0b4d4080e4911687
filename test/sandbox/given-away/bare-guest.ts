import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { build, type Plugin } from 'esbuild';
import { processCommand, type ProcessCommand } from '../../../src/host/executors/guest/process-command.js';
import { guestThreadFlags } from '../../../src/host/executors/guest/thread-container.js';
import { NO_JAIL, sendFilter, settleJail } from '../../../src/sandbox/jail.js';
import { syscallFilter } from '../../../src/sandbox/jail/syscall-filter.js';
import { nodeFeatures } from '../../../src/sandbox/node-features.js';
import { FrameReader, writeFrame } from '../../../src/wire/byte-frames.js';

/** Where a guest lives. */
export const CONTAINERS = ['thread', 'process', 'jail'] as const;

export type Container = (typeof CONTAINERS)[number];

/** Walls that can be taken away, to see what stands behind them. */
export const WALLS = ['inner', 'scuttle', 'permission'] as const;

export type Wall = (typeof WALLS)[number];

const MIB = 1_048_576;
const MAX_ANSWER_BYTES = MIB;

const STUBS: Readonly<Record<Wall, readonly [file: RegExp, stub: string]>> = {
  inner: [/inner-walls\.js$/, 'export const raiseInnerWalls = () => undefined;'],
  scuttle: [
    /\/scuttle\.js$/,
    'export const scuttle = () => undefined; export const scuttleGlobal = scuttle;',
  ],
  permission: [/\/drop-permissions\.js$/, 'export const dropPermissions = () => undefined;'],
};

/** The boot code of a container with some of its walls left out. */
async function bootWithout(container: Container, without: readonly Wall[]): Promise<string> {
  const stubs: Plugin = {
    name: 'stubs',
    setup({ onLoad }) {
      for (const wall of without) {
        const [filter, contents] = STUBS[wall];
        onLoad({ filter }, () => ({ contents, loader: 'js' }));
      }
    },
  };
  const name = container === 'thread' ? 'thread' : 'process';
  const entry = fileURLToPath(new URL(`../../../workers/runtime/guest/${name}-boot.js`, import.meta.url));
  const options = { bundle: true, write: false, platform: 'node', format: 'iife', minify: true } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [entry], plugins: [stubs] });
  return outputFiles[0]?.text ?? '';
}

/** Starts a container with a script of the test's own as hosts start it; resolves with the first thing that it says, rejects when it ends. */
export async function askGuest(
  container: Container,
  without: readonly Wall[],
  script: string,
): Promise<string> {
  const boot = await bootWithout(container, without);
  const { permissionFlag } = nodeFeatures();
  const isLeftOut = (flag: string): boolean =>
    without.includes('permission') && [permissionFlag, '--allow-net'].includes(flag);
  if (container === 'thread') {
    return askThread(
      boot,
      guestThreadFlags().filter((flag) => !isLeftOut(flag)),
      script,
    );
  }
  const jail = container === 'jail' ? await settleJail('required', 'probe') : NO_JAIL;
  const spec = { jail, memoryBytes: 128 * MIB, lifetimeCpuSeconds: 60, wasm: false };
  const started = processCommand(spec, boot, false);
  return askProcess({ ...started, args: started.args.filter((word) => !isLeftOut(word)) }, script);
}

function askThread(boot: string, execArgv: readonly string[], script: string): Promise<string> {
  const { port1, port2 } = new MessageChannel();
  const bootData = { script, cache: undefined, wantsCache: false, token: '', wasm: false };
  const worker = new Worker(boot, {
    eval: true,
    env: {},
    execArgv: [...execArgv],
    stdout: true,
    stderr: true,
    workerData: { port: port2, ...bootData },
    transferList: [port2],
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
    port1.once('message', (text: string) => {
      port1.close();
      void worker.terminate();
      resolve(text);
    });
  });
}

function askProcess({ command, args, hasFilter }: ProcessCommand, script: string): Promise<string> {
  const child = spawn(command, args, {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const filter = hasFilter ? syscallFilter() : undefined;
  if (filter !== undefined) sendFilter(child.stdio, filter);
  const channel = child.stdio[3] as Duplex;
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the process ended with ${code ?? signal}: ${said}`)),
    );
    const reader = new FrameReader(MAX_ANSWER_BYTES, (frame) => {
      resolve(frame.toString());
      child.kill('SIGKILL');
    });
    channel.on('error', () => undefined);
    channel.on('data', (chunk: Buffer) => reader.push(chunk));
    writeFrame(channel, JSON.stringify({ token: '', wantsCache: false, wasm: false }));
    writeFrame(channel, script);
    writeFrame(channel, new Uint8Array());
  });
}
