import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { isMainThread, workerData, type MessagePort } from 'node:worker_threads';
import { expose } from 'comlink';
import { PhlowError } from '../src/errors.js';
import type { BootData } from '../src/wire/boot-data.js';
import { cloneCodec } from '../src/wire/clone-codec.js';
import { Outbox } from '../src/wire/outbox.js';
import { refusalOpFor, type Refusal } from '../src/wire/protocol.js';
import { idOf, opOf, tagOf } from '../src/wire/tag.js';
import type { ValueMap } from '../src/values.js';
import { inputCheck, outputCheck } from './checks.js';
import { confine } from './confine.js';
import { ManualClock, realClock } from './clock.js';
import { loadDefinition } from './load.js';
import { createLog } from './port-log.js';
import { runModule } from './run-module.js';

if (isMainThread) {
  throw new PhlowError(
    'PHLOW_INTERNAL',
    'Cannot boot a module on the main thread: this file is the entry of a worker thread',
  );
}

/** A module's thread from birth to "ready": compile the checks, load the module's code, start it, serve. */
async function boot(boot: BootData<MessagePort>): Promise<void> {
  const outbox = new Outbox(
    (batch, transfer) => {
      const frame = cloneCodec.encode(batch);
      // An empty list of transfers would be walked through all the same.
      if (transfer.length === 0) boot.data.postMessage(frame);
      else boot.data.postMessage(frame, transfer);
    },
    (tag, error) => {
      const message = `Cannot send a reply of module "${boot.name}": ${String(error)}; return plain data`;
      const refusal: Refusal = { code: 'PHLOW_REPLY_UNCLONABLE', message, details: {} };
      outbox.push(tagOf(idOf(tag), refusalOpFor(opOf(tag))), refusal);
    },
  );
  const running = await runModule({
    outbox,
    load: () => {
      if (boot.guard !== undefined) confine(boot.guard.readable);
      return loadDefinition(boot.entry);
    },
    listen: (receive) => boot.data.on('message', (frame) => receive(cloneCodec.decode(frame))),
    setting: {
      name: boot.name,
      with: boot.with as ValueMap,
      log: createLog(boot.logLevel, (record) => boot.log.postMessage(record)),
      clock: boot.clock === 'manual' ? new ManualClock() : realClock,
    },
    env: boot.env,
    // Before the module's code: ajv generates code, the module must not be able to interfere with it.
    checkInput: inputCheck(boot),
    checkOutput: outputCheck(boot),
    concurrency: boot.concurrency,
    isMain: boot.isMain,
    heapUsed: () => process.memoryUsage().heapUsed,
    osThreadId: osThreadId(),
  });
  if (running !== undefined) expose(running.control, boot.control);
}

/** Linux knows a thread by a number of its own; elsewhere, or without permission to look, there is none to tell. */
function osThreadId(): number | undefined {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return undefined;
  }
}

await boot(workerData as BootData<MessagePort>);
