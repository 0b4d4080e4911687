import { isMainThread, workerData, type MessagePort } from 'node:worker_threads';
import { PhlowError } from '../../src/errors.js';
import type { BootData } from '../../src/wire/boot-data.js';
import { cloneCodec } from '../../src/wire/clone-codec.js';
import { runNativeModule } from './native-module.js';
import { portOutbox } from './port-outbox.js';

if (isMainThread) {
  throw new PhlowError(
    'PHLOW_INTERNAL',
    'Cannot boot a module on the main thread: this file is the entry of a worker thread',
  );
}

/** A module's thread from its first line to "ready": compile the checks, load the module's code, start it, serve. */
async function boot(boot: BootData<MessagePort>): Promise<void> {
  await runNativeModule(boot, portOutbox(boot), (receive) =>
    boot.data.on('message', (frame) => receive(cloneCodec.decode(frame))),
  );
}

await boot(workerData as BootData<MessagePort>);
