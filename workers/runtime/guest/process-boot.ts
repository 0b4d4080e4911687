// First: what follows loads modules of Node's.
import './trust-code-cache.js';
import type { Buffer } from 'node:buffer';
import { readFrameSync } from '../../../src/wire/byte-frames.js';
import { dropPermissions } from './drop-permissions.js';
import { garbageCollection, heapFigure } from './heap.js';
import { openHostChannel } from './host-channel.js';
import { raiseInnerWalls } from './inner-walls.js';
import { createNatives, monotonicClock } from './natives-outer.js';
import { runGuestScript } from './realm.js';
import { scuttle } from './scuttle.js';

/** What stands in the first frame; the script and V8's cache of it follow as two frames of their own. */
interface ProcessBootData {
  readonly token: string;
  readonly wantsCache: boolean;
  readonly wasm: boolean;
}

const CHANNEL = 3;

const on = process.on.bind(process);
const leave = process.exit.bind(process);
const later = setImmediate;
// Node's cryptography needs it, which is loaded when a module asks for it: by then nothing but that can be loaded. As an import it would be
// left out of the bundle, since nothing here uses it.
process.getBuiltinModule('node:stream');
const heapUsed = heapFigure();
const collect = garbageCollection();
const natives = createNatives(monotonicClock());
let take: (frame: string) => void = () => undefined;

/** What the host sends first. Read at once, before the channel is part of the loop: that takes a fraction of the time. */
function readBootFrame(): Buffer {
  const frame = readFrameSync(CHANNEL);
  // Without a host there is nothing to do.
  return frame ?? leave(0);
}

const { token, wantsCache, wasm } = JSON.parse(readBootFrame().toString()) as ProcessBootData;
const script = readBootFrame().toString();
const cached = readBootFrame();

// Without a host there is nothing to do: an end that must not depend on the module's code.
const channel = openHostChannel(CHANNEL, {
  frame: (frame) => take(frame.toString()),
  closed: () => leave(0),
});

// Not now: Node is still at its own start and needs what the walls take away.
later(begin);

function begin(): void {
  dropPermissions();
  const { realm, cache } = runGuestScript({ script, cache: cached, wasm });
  realm.start({
    ...natives,
    token,
    wantsCache,
    post: (frame) => channel.post(frame),
    onFrame(next) {
      take = next;
    },
    onUncaught(report) {
      on('uncaughtException', () => report());
      on('unhandledRejection', () => report());
    },
    // Not a tick: a handler may be added a few microtasks after the rejection.
    afterTurn: (call) => void later(() => call()),
    exit: () => channel.end(() => leave(1)),
    heapUsed,
    collect,
    cache,
    scuttle() {
      raiseInnerWalls(globalThis, process);
      scuttle(globalThis, process);
    },
  });
}
