import type { MessagePort } from 'node:worker_threads';
import type { BootData } from '../src/wire/boot-data.js';
import { cloneCodec } from '../src/wire/clone-codec.js';
import { Outbox } from '../src/wire/outbox.js';
import { unclonable } from './native-module.js';

/** Where a module's replies go: over its data port; one that cannot be copied is told as a refusal. */
export function portOutbox({ name, data }: BootData<MessagePort>): Outbox {
  const outbox: Outbox = new Outbox(
    (batch, transfer) => {
      const frame = cloneCodec.encode(batch);
      // An empty list of transfers would be walked through all the same.
      if (transfer.length === 0) data.postMessage(frame);
      else data.postMessage(frame, transfer);
    },
    (tag, error) => outbox.push(...unclonable(name, tag, error)),
  );
  return outbox;
}
