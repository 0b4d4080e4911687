import { createHook } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';

/** How a host ends: by a signal from outside, or by what it does itself. */
export const WAYS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'process.exit',
  'uncaught error',
  'abort',
  'out of memory',
  'end without close',
] as const;
export type Way = (typeof WAYS)[number];

/** Ends a host from outside; one that ends by itself is told to. */
export function endFrom(child: ChildProcess, way: Way): void {
  if (way.startsWith('SIG')) child.kill(way as NodeJS.Signals);
  else child.send(way);
}

/** What a host does that ends by itself. */
export function endBy(way: Way): void {
  switch (way) {
    case 'process.exit':
      process.exit(0);
      break;
    case 'uncaught error':
      throw new Error('nobody catches this');
    case 'abort':
      process.abort();
      break;
    case 'out of memory':
      fill();
      break;
    case 'end without close':
      letGo();
      break;
    default:
      throw new Error(`a host does not end by ${way} itself`);
  }
}

function fill(): void {
  const all: unknown[] = [];
  for (;;) all.push(new Array(1_000).fill(all));
}

interface Unrefable {
  unref?(): void;
}

const made: WeakRef<Unrefable>[] = [];

/** Notes what may keep the loop of the host running; called before it makes anything. */
export function noteHandles(): void {
  createHook({
    init: (_id, _type, _trigger, resource: Unrefable) => void made.push(new WeakRef(resource)),
  }).enable();
}

/** Nothing keeps the loop of the host running any more, though nothing was closed. */
function letGo(): void {
  process.disconnect();
  for (const handle of made) handle.deref()?.unref?.();
}
