import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { FrameReader, writeFrame } from '../../../wire/byte-frames.js';
import { FRAME_BYTES_PER_CHARACTER } from '../../../wire/utf8-length.js';
import { captureStream } from '../../log/capture-stream.js';
import type {
  Container,
  ContainerBootData,
  ContainerEvents,
  ContainerFigures,
  ContainerSpec,
} from './container.js';
import { guestTexts } from './guest-texts.js';
import { sendFilter } from '../../../sandbox/jail.js';
import { syscallFilter } from '../../../sandbox/jail/syscall-filter.js';
import { TIE } from '../../../sandbox/tied-to-host.js';
import { closeLeaking } from './leaking-descriptors.js';
import { processCommand, type ProcessCommand } from './process-command.js';
import { coreWaitMsOf, cpuMsOf, lastChildOf, rssOf } from '../proc-figures.js';

/** How V8 begins its account of a heap that is full: the last collections, then the fatal error, then the stack of the engine. */
const ACCOUNT = '<--- Last few GCs --->';
const FATAL = 'FATAL ERROR';
const OUT_OF_MEMORY = /Allocation failed|out of memory/i;
const MAX_LENGTH = 4_000;

/**
 * What a guest's process prints itself, which is Node's and no line of the module. Of V8's account of a full heap only the fatal error is handed
 * on: its twenty lines would take the place of the module's own last lines in a report.
 */
export class LastWords {
  readonly #pass: (line: string) => void;
  #text = '';
  #isAccount = false;

  constructor(pass: (line: string) => void) {
    this.#pass = pass;
  }

  get isOutOfMemory(): boolean {
    return OUT_OF_MEMORY.test(this.#text);
  }

  print(line: string): void {
    this.#text = `${this.#text}\n${line}`.slice(-MAX_LENGTH);
    const isFatal = line.startsWith(FATAL);
    if (line.startsWith(ACCOUNT)) this.#isAccount = true;
    if (!this.#isAccount || isFatal) this.#pass(line);
    if (isFatal && OUT_OF_MEMORY.test(line)) this.#isAccount = true;
  }
}

/** This many bytes may come before a module is loaded: the cache of the guest's own script. */
const FIRST_FRAMES_BYTES = 4 * 1_048_576;
/** The most that comes from a descriptor at once. */
const CHUNK_BYTES = 64 * 1_024;
/** After the process is gone, what it had sent is still read, but not for longer than this. */
const LAST_FRAMES_MS = 500;

/** A guest's own operating-system process, in its own process group, without environment, files or network of its own. */
export class ProcessContainer implements Container {
  readonly threadId = undefined;
  readonly #spec: ContainerSpec;
  readonly #reader: FrameReader;
  #events: ContainerEvents | undefined;
  #child: ChildProcess | undefined;
  #channel: Duplex | undefined;
  /** The process to measure. */
  #pid: number | undefined;
  /** How many processes stand around the guest. */
  #around: ProcessCommand['around'] = 0;
  #isKilled = false;
  readonly #lastWords = new LastWords((line) => this.#events?.printed(line));

  constructor(spec: ContainerSpec) {
    this.#spec = spec;
    this.#reader = new FrameReader(
      FIRST_FRAMES_BYTES,
      // A frame longer than a chunk stands in a buffer of its own; decoding it would take its time.
      (frame) => this.#onFrame(frame.length > CHUNK_BYTES ? frame : frame.toString()),
      (found) => this.#events?.nonsense(found),
    );
  }

  start(bootData: ContainerBootData, events: ContainerEvents): void {
    this.#events = events;
    const started = processCommand(this.#spec, guestTexts().boot.process, true);
    let child: ChildProcess;
    try {
      child = this.#spawn(started);
    } catch (error) {
      // No descriptor or process is left, say. In a later turn, when the owner knows this container.
      setImmediate(() =>
        events.exit({ exitCode: undefined, signal: undefined, isOutOfMemory: false, error }),
      );
      return;
    }
    this.#child = child;
    this.#around = started.around;
    if (started.around === 0) this.#pid = child.pid;
    child.once('error', (error) => {
      events.exit({ exitCode: undefined, signal: undefined, isOutOfMemory: false, error });
    });
    if (child.pid === undefined) return;
    this.#openChannel(child.stdio[3] as Duplex, bootData);
    const filter = started.hasFilter ? syscallFilter() : undefined;
    if (filter !== undefined) sendFilter(child.stdio, filter);
    // Closed once the process is gone, so that its watcher goes too.
    if (started.hasTie) this.#holdTie(child.stdio[TIE] as Duplex, child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) captureStream(stream, 'warn', ({ message }) => this.#lastWords.print(message));
    }
    child.once('exit', (code, signal) =>
      this.#onExit(code, signal ?? (started.around === 2 ? signalOf(code) : null)),
    );
  }

  #onFrame(frame: string | Buffer): void {
    // From its first word on, the guest is what the jail has started last.
    this.#pid ??= this.#innermost();
    this.#events?.frame(frame);
  }

  #spawn(started: ProcessCommand): ChildProcess {
    return spawn(started.command, started.args, {
      env: {},
      cwd: '/',
      // A group of its own: a kill reaches whatever it may have started. Windows ends what is not detached along with the host.
      detached: process.platform !== 'win32',
      stdio: closeLeaking([
        'ignore',
        'pipe',
        'pipe',
        'pipe',
        started.hasTie ? 'pipe' : 'ignore',
        started.hasFilter ? 'pipe' : 'ignore',
      ]),
    });
  }

  #openChannel(channel: Duplex, { token, script, cache, wasm }: ContainerBootData): void {
    this.#channel = channel;
    // The other end is gone: `exit` reports it.
    channel.on('error', () => undefined);
    channel.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    writeFrame(channel, JSON.stringify({ token, wantsCache: cache === undefined, wasm }));
    writeFrame(channel, script);
    writeFrame(channel, cache ?? new Uint8Array());
  }

  /** The guest's own process, inside of all that stand around it. */
  #innermost(): number | undefined {
    let pid = this.#child?.pid;
    for (let i = 0; i < this.#around && pid !== undefined; i++) pid = lastChildOf(pid);
    return pid;
  }

  #holdTie(tie: Duplex, child: ChildProcess): void {
    tie.on('error', () => undefined);
    child.once('exit', () => tie.destroy());
  }

  send(frame: string): void {
    if (this.#channel !== undefined && !this.#isKilled) writeFrame(this.#channel, frame);
  }

  limitFrames(maxLength: number): void {
    this.#reader.limit(maxLength * FRAME_BYTES_PER_CHARACTER);
  }

  pause(): void {
    this.#channel?.pause();
  }

  resume(): void {
    this.#channel?.resume();
  }

  get unsentBytes(): number {
    return this.#channel?.writableLength ?? 0;
  }

  figures(): ContainerFigures {
    if (this.#pid === undefined) return { memoryBytes: undefined, busyMs: undefined };
    return { memoryBytes: rssOf(this.#pid), busyMs: cpuMsOf(this.#pid) };
  }

  /** Its main thread's, which runs the guest. */
  coreWaitMs(): number | undefined {
    return this.#pid === undefined ? undefined : coreWaitMsOf(this.#pid, this.#pid);
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#reader.close();
    const pid = this.#child?.pid;
    const isLeft = pid !== undefined && this.#killInside(pid);
    // Only now: it would end by itself when its channel does.
    this.#channel?.destroy();
    if (pid === undefined || isLeft) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
    this.#child?.kill('SIGKILL');
  }

  /**
   * Kills the first process of a jail, with all that is in it, and leaves it to its parent, which ends with it. Killed together, it would be left to the
   * first process of the system, and a host that is this one itself fetches none but its own.
   */
  #killInside(outer: number): boolean {
    const isRunning = this.#child?.exitCode === null && this.#child.signalCode === null;
    // Bubblewrap's first process stays outside, the second is the first one of the jail.
    const first = isRunning && this.#around === 2 ? lastChildOf(outer) : undefined;
    if (first === undefined) return false;
    try {
      return process.kill(first, 'SIGKILL');
    } catch {
      // It is gone already, or of another user.
      return false;
    }
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const channel = this.#channel;
    // What is left is what the kernel holds: that is little, and its end is waited for.
    channel?.resume();
    let isReported = false;
    const report = (): void => {
      if (isReported) return;
      isReported = true;
      clearTimeout(timer);
      channel?.destroy();
      this.#events?.exit({
        exitCode: code ?? undefined,
        signal: signal ?? undefined,
        isOutOfMemory: this.#lastWords.isOutOfMemory,
        error: signal === 'SIGXCPU' ? new Error('it used up the CPU time of its lifetime') : undefined,
      });
    };
    const timer = setTimeout(report, LAST_FRAMES_MS);
    if (channel === undefined || channel.destroyed || channel.readableEnded) report();
    else {
      channel.once('end', report);
      channel.once('close', report);
    }
  }
}

/** A jail ends with 128 and the number of the signal that has ended what was inside. */
function signalOf(exitCode: number | null): NodeJS.Signals | null {
  const number = (exitCode ?? 0) - 128;
  const [name = null] = Object.entries(constants.signals).find(([, one]) => one === number) ?? [];
  return name as NodeJS.Signals | null;
}
