import { Buffer } from 'node:buffer';
import { FrameReader, frameText, MAX_FRAME_BYTES } from '../../../src/wire/byte-frames.js';
import { openNodeInternals } from './node-internals.js';

/** The end of the channel to the host that a guest's process holds. */
export interface HostChannel {
  /** Sends a frame after those before it. */
  post(frame: string): void;
  /** Calls back once all that was sent has left. */
  end(left: () => void): void;
}

/** What becomes of the channel. */
export interface HostChannelEvents {
  readonly frame: (frame: Buffer) => void;
  /** The host has gone, or cannot be heard any more. */
  readonly closed: () => void;
}

/** What Node's native code knows of a pipe: the part that is used here. */
interface PipeHandle {
  onread: () => void;
  open(fd: number): number | undefined;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  writeLatin1String(request: WriteRequest, text: string): number;
  writeUtf8String(request: WriteRequest, text: string): number;
  shutdown(request: Request): number;
}

interface Request {
  oncomplete: (status: number) => void;
}
interface WriteRequest extends Request {
  handle: PipeHandle;
}

interface PipeNatives {
  readonly Pipe: new (kind: number) => PipeHandle;
  readonly constants: { readonly SOCKET: number };
}
interface StreamNatives {
  readonly WriteWrap: new () => WriteRequest;
  readonly ShutdownWrap: new () => Request;
  /** What the last call came to, by these places. */
  readonly streamBaseState: ArrayLike<number>;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

const CHUNK_BYTES = 65_536;

/**
 * Takes over the descriptor that the host talks on, by Node's native pipe: the socket of `net` on top of it takes longer to load than all that a
 * guest has of its own, and would be one thing more to wall off.
 */
export function openHostChannel(fd: number, { frame, closed }: HostChannelEvents): HostChannel {
  const { binding } = openNodeInternals(process);
  const { Pipe, constants } = binding('pipe_wrap') as unknown as PipeNatives;
  const { WriteWrap, ShutdownWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = binding(
    'stream_wrap',
  ) as unknown as StreamNatives;
  const pipe = new Pipe(constants.SOCKET);
  const failed = pipe.open(fd);
  if (failed !== undefined && failed !== 0) throw new Error(`Cannot open the channel: error ${failed}`);

  // One buffer for all that comes: a chunk of its own for each package is most of what reading it costs.
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  // The host is trusted: what it sends has no limit here.
  const reader = new FrameReader(MAX_FRAME_BYTES, frame);
  pipe.useUserBuffer(chunk);
  pipe.onread = () => {
    const bytes = streamBaseState[kReadBytesOrError] ?? -1;
    if (bytes < 0) closed();
    else reader.push(chunk.subarray(0, bytes));
  };
  pipe.readStart();

  /** Frames that wait until the kernel has taken the one before: as text they count as the module's memory. */
  let waiting: string[] = [];
  let isWriting = false;
  let onLeft: (() => void) | undefined;

  const write = (one: string): void => {
    const { text, isLatin1 } = frameText(one);
    const request = new WriteWrap();
    request.handle = pipe;
    request.oncomplete = (status) => {
      if (status < 0) closed();
      isWriting = false;
      writeWaiting();
    };
    const status = isLatin1 ? pipe.writeLatin1String(request, text) : pipe.writeUtf8String(request, text);
    if (status !== 0) closed();
    isWriting = streamBaseState[kLastWriteWasAsync] === 1;
  };
  const writeWaiting = (): void => {
    const frames = waiting;
    waiting = [];
    let next = 0;
    while (!isWriting && next < frames.length) write(frames[next++] as string);
    if (next < frames.length) waiting = next === 0 ? frames : frames.slice(next);
    else if (!isWriting) shut();
  };
  const shut = (): void => {
    if (onLeft === undefined) return;
    const request = new ShutdownWrap();
    request.oncomplete = onLeft;
    if (pipe.shutdown(request) !== 0) onLeft();
  };

  return {
    post(one) {
      if (isWriting) waiting.push(one);
      else write(one);
    },
    end(left) {
      onLeft = left;
      if (!isWriting) shut();
    },
  };
}
