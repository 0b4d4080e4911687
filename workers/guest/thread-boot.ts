import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { dropPermissions } from './drop-permissions.js';
import { runGuestScript } from './run-guest-script.js';
import { scuttle } from './scuttle.js';

/** What a guest's thread is born with. */
interface ThreadBirth {
  port: MessagePort;
  script: string;
  cache: Uint8Array | undefined;
  wantsCache: boolean;
  token: string;
}

const birth = workerData as ThreadBirth;
const { port, token } = birth;
const on = process.on.bind(process);
const leave = process.exit.bind(process);
const later = setImmediate;
const memoryUsage = process.memoryUsage.bind(process);
const post = port.postMessage.bind(port);
const listen = port.on.bind(port);
const shut = port.removeAllListeners.bind(port);
// The port that every thread is given is of no use to us, and one way less to the host.
parentPort?.close();
dropPermissions();
const { start, cache } = runGuestScript(birth.script, birth.cache);
start({
  token,
  post,
  onFrame(take) {
    shut('message');
    listen('message', take);
  },
  onUncaught(take) {
    on('uncaughtException', take);
    on('unhandledRejection', take);
  },
  exit: () => later(leave, 1),
  // What buffers hold stands outside of the heap, and counts all the same.
  heapUsed: () => {
    const { heapUsed, external } = memoryUsage();
    return heapUsed + external;
  },
  scuttle: () => scuttle(globalThis, process),
  cache: birth.wantsCache ? cache : undefined,
});
