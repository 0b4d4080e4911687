import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { FrameReader, writeFrame } from '../../wire/byte-frames.js';
import { captureStream } from '../log/capture-stream.js';
import type {
  Container,
  ContainerBirth,
  ContainerEvents,
  ContainerFigures,
  ContainerSpec,
} from './container.js';
import { guestTexts } from './guest-texts.js';
import { processCommand } from './process-command.js';
import { cpuMsOf, rssOf } from './proc-figures.js';

/** So many bytes may come before a module is loaded: the cache of the guest's own script. */
const FIRST_FRAMES_BYTES = 4 * 1_048_576;
/** A character is at most three bytes. */
const BYTES_PER_CHARACTER = 3;
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
  /** The process to measure: behind a jail it is not the one that was started. */
  #pid: number | undefined;
  #isKilled = false;
  #lastWords = '';

  constructor(spec: ContainerSpec) {
    this.#spec = spec;
    this.#reader = new FrameReader(
      FIRST_FRAMES_BYTES,
      (frame) => this.#events?.frame(frame.toString()),
      (found) => this.#events?.nonsense(found),
    );
  }

  start(birth: ContainerBirth, events: ContainerEvents): void {
    this.#events = events;
    const { command, args, hasInfo } = processCommand(this.#spec, guestTexts().boot.process);
    const child = spawn(command, args, {
      env: {},
      cwd: '/',
      // A group of its own: a kill reaches whatever it may have started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...(hasInfo ? (['pipe'] as const) : [])],
    });
    this.#child = child;
    this.#pid = child.pid;
    child.once('error', (error) => {
      events.exit({ exitCode: undefined, signal: undefined, isOutOfMemory: false, error });
    });
    if (child.pid === undefined) return;
    this.#openChannel(child.stdio[3] as Duplex, birth);
    if (hasInfo) this.#readInfo(child.stdio[4] as Duplex);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) captureStream(stream, 'warn', ({ message }) => this.#print(message));
    }
    child.once('exit', (code, signal) => this.#onExit(code, signal));
  }

  #openChannel(channel: Duplex, { token, script, cache, wasm }: ContainerBirth): void {
    this.#channel = channel;
    // The other end is gone: `exit` tells.
    channel.on('error', () => undefined);
    channel.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    writeFrame(channel, JSON.stringify({ token, wantsCache: cache === undefined, wasm }));
    writeFrame(channel, script);
    writeFrame(channel, cache ?? new Uint8Array());
  }

  /** Bubblewrap says on a descriptor of its own which process is the one inside. */
  #readInfo(info: Duplex): void {
    let text = '';
    info.on('error', () => undefined);
    info.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /"child-pid": (\d+)/.exec(text);
      if (found !== null) this.#pid = Number(found[1]);
    });
  }

  #print(line: string): void {
    this.#lastWords = `${this.#lastWords}\n${line}`.slice(-4_000);
    this.#events?.printed(line);
  }

  send(frame: string): void {
    if (this.#channel !== undefined && !this.#isKilled) writeFrame(this.#channel, frame);
  }

  limitFrames(maxLength: number): void {
    this.#reader.limit(maxLength * BYTES_PER_CHARACTER);
  }

  get unsentBytes(): number {
    return this.#channel?.writableLength ?? 0;
  }

  figures(): ContainerFigures {
    if (this.#pid === undefined) return { memoryBytes: undefined, busyMs: undefined };
    return { memoryBytes: rssOf(this.#pid), busyMs: cpuMsOf(this.#pid) };
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#reader.close();
    this.#channel?.destroy();
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
    this.#child?.kill('SIGKILL');
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const channel = this.#channel;
    let isTold = false;
    const tell = (): void => {
      if (isTold) return;
      isTold = true;
      clearTimeout(timer);
      channel?.destroy();
      this.#events?.exit({
        exitCode: code ?? undefined,
        signal: signal ?? undefined,
        isOutOfMemory: /heap out of memory|Allocation failed|out of memory/i.test(this.#lastWords),
        error: signal === 'SIGXCPU' ? new Error('it used up the CPU time of its life') : undefined,
      });
    };
    const timer = setTimeout(tell, LAST_FRAMES_MS);
    if (channel === undefined || channel.destroyed || channel.readableEnded) tell();
    else {
      channel.once('end', tell);
      channel.once('close', tell);
    }
  }
}
