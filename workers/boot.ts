import { isMainThread, workerData, type MessagePort } from 'node:worker_threads';
import { PhlowError } from '../src/errors.js';
import type { BootData } from '../src/wire/boot-data.js';
import { cloneCodec } from '../src/wire/clone-codec.js';
import { Outbox } from '../src/wire/outbox.js';
import { runNativeModule, unclonable } from './native-module.js';

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
    (tag, error) => outbox.push(...unclonable(boot.name, tag, error)),
  );
  await runNativeModule(boot, outbox, (receive) =>
    boot.data.on('message', (frame) => receive(cloneCodec.decode(frame))),
  );
}

await boot(workerData as BootData<MessagePort>);
