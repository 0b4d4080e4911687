import { MessagePort } from 'node:worker_threads';
import { isMap } from '../../../values.js';
import type { ReplicaPorts } from '../../../wire/replica-ports.js';

/** Reads what a replica's thread posts when it is born; undefined for anything else. */
export function readAnnouncement(
  message: unknown,
): { readonly threadId: number; readonly ports: ReplicaPorts<MessagePort> } | undefined {
  if (!isMap(message) || typeof message['replica'] !== 'number' || !isMap(message['ports'])) return undefined;
  const { data, control, log } = message['ports'];
  if (!(data instanceof MessagePort && control instanceof MessagePort && log instanceof MessagePort))
    return undefined;
  return { threadId: message['replica'], ports: { data, control, log } };
}
