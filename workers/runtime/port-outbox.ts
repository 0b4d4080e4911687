import type { MessagePort } from 'node:worker_threads';
import type { BootData } from '../../src/wire/boot-data.js';
import { cloneCodec } from '../../src/wire/clone-codec.js';
import type { Post } from '../../src/wire/outbox.js';
import { ModuleOutbox } from './module-outbox.js';

/** Where a module's replies go: over its data port. */
export function portOutbox({ name, data, guard }: BootData<MessagePort>): ModuleOutbox {
  const post: Post = (batch, transfer) => {
    const frame = cloneCodec.encode(batch);
    // An empty list of transfers would be walked through all the same.
    if (transfer.length === 0) data.postMessage(frame);
    else data.postMessage(frame, transfer);
  };
  return new ModuleOutbox(name, post, guard === undefined ? 'clone' : 'unshared clone');
}
