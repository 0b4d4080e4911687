import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { dropPermissions } from './drop-permissions.js';
import { garbageCollection, heapFigure } from './heap.js';
import { raiseInnerWalls } from './inner-walls.js';
import { createNatives, monotonicClock } from './natives-outer.js';
import { runGuestScript } from './realm.js';
import { scuttle } from './scuttle.js';

/** What a guest's thread is born with. */
interface ThreadBootData {
  port: MessagePort;
  script: string;
  cache: Uint8Array | undefined;
  wantsCache: boolean;
  token: string;
  wasm: boolean;
}

const bootData = workerData as ThreadBootData;
const { port, token, wantsCache } = bootData;
const on = process.on.bind(process);
const leave = process.exit.bind(process);
const later = setImmediate;
const heapUsed = heapFigure();
const collect = garbageCollection();
const post = port.postMessage.bind(port);
const listen = port.on.bind(port);
const natives = createNatives(monotonicClock());
// The port that every thread is given is of no use to us, and one way less to the host.
parentPort?.close();
dropPermissions();
const { realm, cache } = runGuestScript({ ...bootData, boundsBuffers: true });
realm.start({
  ...natives,
  token,
  wantsCache,
  post: (frame) => post(frame),
  onFrame: (take) => void listen('message', (frame: string) => take(frame)),
  onUncaught(take) {
    on('uncaughtException', () => take());
    on('unhandledRejection', () => take());
  },
  // Not a tick: a handler may be added a few microtasks after the rejection.
  afterTurn: (call) => void later(() => call()),
  exit: () => void later(() => leave(1)),
  heapUsed,
  collect,
  cache,
  scuttle() {
    raiseInnerWalls(globalThis, process);
    scuttle(globalThis, process);
  },
});
