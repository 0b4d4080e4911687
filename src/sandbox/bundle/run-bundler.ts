import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Readable, type Duplex } from 'node:stream';
import { errorCode, messageOf, PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import { TIE, watchedAndWaitedFor } from '../tied-to-host.js';
import type { BundleJob, BundleOutcome } from './build.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
/** Most bundlers at once; the others wait. */
const MAX_CONCURRENT = 4;
type Pipes = [stdin: Duplex, stdout: Duplex, stderr: Duplex, tie: Duplex];

const waiting: (() => void)[] = [];
let running = 0;

/** For whom, and how long at most. */
export interface BundlerLimits {
  readonly module: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Bundles in a process of its own, which is killed after `deadlineMs`, and when the signal aborts. Rejects with the signal's reason, and with PHLOW_LOAD_FAILED when there is no outcome: killed,
 * crashed, out of memory, or more output than was allowed.
 */
export async function runBundler(job: BundleJob, limits: BundlerLimits): Promise<BundleOutcome> {
  limits.signal?.throwIfAborted();
  if (running >= MAX_CONCURRENT) await untilNext(limits.signal);
  running++;
  try {
    limits.signal?.throwIfAborted();
    return await runOnce(job, limits);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** Waits until a running one has ended; one that is given up lets the next one go ahead. */
async function untilNext(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const next = (): void => {
      unfollow();
      resolve();
    };
    const unfollow = followAbort(signal, () => {
      waiting.splice(waiting.indexOf(next), 1);
      reject(signal?.reason as Error);
    });
    waiting.push(next);
  });
}

function runOnce(job: BundleJob, { module, deadlineMs, signal }: BundlerLimits): Promise<BundleOutcome> {
  return new Promise((resolve, reject) => {
    const node = [process.execPath, '--max-old-space-size=1024', MAIN];
    // A watcher ends the whole group with the host: the bundler starts a process of its own, to which no signal of the kernel would pass on.
    const [command = process.execPath, ...args] = watchedAndWaitedFor(node) ?? node;
    // No environment: the bundler takes settings from variables, and needs none of the host's.
    const notStarted = (error: unknown): void =>
      reject(failed(module, `the bundler could not be started: ${messageOf(error)}`, error));
    let child: ChildProcess;
    try {
      child = spawn(command, args, {
        env: {},
        // The host's own may have been removed.
        cwd: '/',
        detached: process.platform !== 'win32',
        stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
      });
    } catch (error) {
      notStarted(error);
      return;
    }
    // Without a descriptor or a process for it, it has no pipes either.
    child.once('error', notStarted);
    if (child.pid === undefined) return;
    const [stdin, stdout, stderr, tie] = [0, 1, 2, TIE].map((fd) => child.stdio[fd]) as Pipes;
    // Closed once the bundler is gone, so that its watcher goes too.
    child.once('exit', () => tie.destroy());
    const output: Buffer[] = [];
    let outputBytes = 0;
    let problem = '';
    const kill = (why: string): void => {
      problem ||= why;
      killGroup(child.pid);
    };
    const unfollow = followAbort(signal, () => kill('bundling was given up'));
    const timer = setTimeout(() => kill(`bundling took longer than ${deadlineMs} ms`), deadlineMs);
    const settle = (): void => {
      clearTimeout(timer);
      unfollow();
    };
    stdout.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > 4 * job.maxOutputBytes) kill('the bundler answered with too much');
      else output.push(chunk);
    });
    // Read and dropped: a crash of the bundler prints pages of its own stack.
    stderr.resume();
    stdin.on('error', () => undefined);
    tie.on('error', () => undefined);
    child.once('error', settle);
    child.once('close', (code) => {
      settle();
      if (problem === '' && code === 0)
        resolve(JSON.parse(Buffer.concat(output).toString()) as BundleOutcome);
      else {
        killGroup(child.pid);
        if (signal?.aborted === true) reject(signal.reason as Error);
        else reject(failed(module, problem || 'the bundler crashed on its source'));
      }
    });
    Readable.from(jobText(job)).pipe(stdin);
  });
}

/** Made into text at once: less than a millisecond. */
const ENTRIES_AT_ONCE = 512;

/** A job as JSON, in pieces: a snapshot of tens of thousands of files takes too long in one turn. */
function* jobText({ snapshot: { trees, ...snapshot }, ...job }: BundleJob): Generator<string> {
  yield `${JSON.stringify(job).slice(0, -1)},"snapshot":${JSON.stringify(snapshot).slice(0, -1)},"trees":[`;
  for (const [n, { entries, ...tree }] of trees.entries()) {
    yield `${n === 0 ? '' : ','}${JSON.stringify(tree).slice(0, -1)},"entries":[`;
    for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) {
      const piece = JSON.stringify(entries.slice(start, start + ENTRIES_AT_ONCE)).slice(1, -1);
      yield `${start === 0 ? '' : ','}${piece}`;
    }
    yield ']}';
  }
  yield ']}}';
}

/** Ends the bundler with the process that it starts itself. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    // Gone already: that is what was wanted.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

function failed(module: string, reason: string, cause?: unknown): PhlowError {
  const message = `Cannot load module "${module}": ${reason}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { cause, details: { module } });
}
