import { isMainThread, workerData, type MessagePort } from 'node:worker_threads';
import { PhlowError } from '../../src/errors.js';
import type { BootData } from '../../src/wire/boot-data.js';
import { runNativeModule } from './native-module.js';

if (isMainThread) {
  throw new PhlowError(
    'PHLOW_INTERNAL',
    'Cannot boot a module on the main thread: this file is the entry of a worker thread',
  );
}

// A module's thread from its first line to "ready": compile the checks, load the module's code, start it, serve.
await runNativeModule(workerData as BootData<MessagePort>);
