import { Socket } from 'node:net';
import { dropPermissions } from './drop-permissions.js';
import { FrameReader, writeFrame } from '../../src/wire/byte-frames.js';
import { runGuestScript } from './run-guest-script.js';
import { scuttle } from './scuttle.js';

/** What stands in the first frame; the script and V8's cache of it follow as two frames of their own. */
interface ProcessBirth {
  readonly token: string;
  readonly wantsCache: boolean;
}

const CHANNEL = 3;
const FIRST_FRAMES = 3;

const socket = new Socket({ fd: CHANNEL, readable: true, writable: true });
const on = process.on.bind(process);
const leave = process.exit.bind(process);
const heapUsed = process.memoryUsage.bind(process);
const birth: Buffer[] = [];
let take: (frame: string) => void = () => undefined;

// The host is trusted: what it sends has no limit here.
const reader = new FrameReader(Number.MAX_SAFE_INTEGER, (frame) => {
  if (birth.length === FIRST_FRAMES) take(frame.toString());
  else if (birth.push(Buffer.from(frame)) === FIRST_FRAMES) begin();
});
socket.on('data', (chunk: Buffer) => reader.push(chunk));
// Without a host there is nothing to do: an end that must not depend on the module's code.
socket.on('close', () => leave(0));
socket.on('error', () => leave(0));

function begin(): void {
  const [head, script, cached] = birth as [Buffer, Buffer, Buffer];
  const { token, wantsCache } = JSON.parse(head.toString()) as ProcessBirth;
  dropPermissions();
  const { start, cache } = runGuestScript(script.toString(), cached);
  start({
    token,
    post: (frame) => writeFrame(socket, frame),
    onFrame(next) {
      take = next;
    },
    onUncaught(report) {
      on('uncaughtException', report);
      on('unhandledRejection', report);
    },
    exit: () => socket.end(() => leave(1)),
    heapUsed: () => heapUsed().heapUsed,
    scuttle: () => scuttle(globalThis, process),
    cache: wantsCache ? cache : undefined,
  });
}
