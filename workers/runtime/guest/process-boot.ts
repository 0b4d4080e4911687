// First: what follows loads modules of Node's.
import './trust-code-cache.js';
import { Buffer } from 'node:buffer';
import { Socket, type ConnectOpts, type SocketConstructorOpts } from 'node:net';
import { FrameReader, MAX_FRAME_BYTES, writeFrame } from '../../../src/wire/byte-frames.js';
import { dropPermissions } from './drop-permissions.js';
import { raiseInnerWalls } from './inner/walls.js';
import { createNatives } from './natives-outer.js';
import { runGuestScript } from './realm.js';
import { scuttle } from './scuttle.js';

/** What stands in the first frame; the script and V8's cache of it follow as two frames of their own. */
interface ProcessBootData {
  readonly token: string;
  readonly wantsCache: boolean;
  readonly wasm: boolean;
}

const CHANNEL = 3;
const FIRST_FRAMES = 3;
const CHUNK_BYTES = 65_536;

const on = process.on.bind(process);
const leave = process.exit.bind(process);
const later = setImmediate;
const memoryUsage = process.memoryUsage.bind(process);
const natives = createNatives();
let bootData: Buffer[] = [];
let isBorn = false;
let take: (frame: string) => void = () => undefined;

// The host is trusted: what it sends has no limit here.
const reader = new FrameReader(MAX_FRAME_BYTES, (frame) => {
  if (isBorn) take(frame.toString());
  else if (bootData.push(Buffer.from(frame)) === FIRST_FRAMES) begin();
});
// The types have `onread` where a socket connects only; Node reads it here too.
const channel: SocketConstructorOpts & ConnectOpts = {
  fd: CHANNEL,
  readable: true,
  writable: true,
  // One buffer for all that comes: a chunk of its own for each package is most of what reading it costs.
  onread: {
    buffer: Buffer.allocUnsafeSlow(CHUNK_BYTES),
    callback(bytes, chunk) {
      reader.push((chunk as Buffer).subarray(0, bytes));
      return true;
    },
  },
};
const socket = new Socket(channel);
// Without a host there is nothing to do: an end that must not depend on the module's code.
socket.on('close', () => leave(0));
socket.on('error', () => leave(0));

function begin(): void {
  const [head, script, cached] = bootData as [Buffer, Buffer, Buffer];
  isBorn = true;
  bootData = [];
  const { token, wantsCache, wasm } = JSON.parse(head.toString()) as ProcessBootData;
  dropPermissions();
  const { realm, cache } = runGuestScript({ script: script.toString(), cache: cached, wasm });
  realm.start({
    ...natives,
    token,
    wantsCache,
    post: (frame) => writeFrame(socket, frame),
    onFrame(next) {
      take = next;
    },
    onUncaught(report) {
      on('uncaughtException', () => report());
      on('unhandledRejection', () => report());
    },
    // Not a tick: a handler may be added a few microtasks after the rejection.
    afterTurn: (call) => void later(() => call()),
    exit: () => void socket.end(() => leave(1)),
    // What buffers hold stands outside of the heap, and counts all the same.
    heapUsed: () => {
      const { heapUsed, external } = memoryUsage();
      return heapUsed + external;
    },
    cache,
    scuttle() {
      raiseInnerWalls(globalThis, process);
      scuttle(globalThis, process);
    },
  });
}
