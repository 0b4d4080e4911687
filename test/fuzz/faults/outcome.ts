import { isPhlowError, type CallOptions, type Value } from '../../../src/index.js';
import { isMap } from '../../../src/values.js';
import { ANSWERED, type Outcome, type Stage } from './fault.js';

/** Sends one package to the module `faulty` and tells how it ended; a reply must be the package's own. */
export async function call(
  stage: Stage,
  n: number,
  input: Readonly<Record<string, unknown>>,
  options?: CallOptions,
  isRight: (reply: Readonly<Record<string, unknown>>) => boolean = () => true,
): Promise<Outcome> {
  return told(async () => {
    const reply: unknown = await stage.module.call({ ...input, n }, options);
    if (!isMap(reply) || reply['n'] !== n || !isRight(reply))
      return `a wrong reply: ${JSON.stringify(reply)}`;
    if (input['at'] === 'rest') stage.doomed.add(Number(reply['life']));
    return ANSWERED;
  });
}

/** The outcome of what was done, or of the error that it ended with. */
export async function told(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return isPhlowError(error) ? error.code : `an error without code: ${String(error)}`;
  }
}

/** How a stream is read. */
export interface Reading {
  /** Items that come when nothing goes wrong. */
  readonly to: number;
  /** Leaves after so many items. */
  readonly leaveAt?: number | undefined;
  /** Looks at the time after each item. */
  readonly pause?: () => Promise<void>;
}

/** Opens and reads a stream of the module `faulty`: its items must be the package's own, in order, each once, and it must end once. */
export async function read(
  stage: Stage,
  n: number,
  input: Readonly<Record<string, unknown>>,
  { to, leaveAt, pause }: Reading,
  options?: CallOptions,
): Promise<Outcome> {
  return told(async () => {
    const stream = stage.module.stream({ ...input, n, to }, options);
    let count = 0;
    try {
      for await (const item of stream) {
        if (!isMap(item) || item['n'] !== n || item['i'] !== count)
          return `item ${count} was ${JSON.stringify(item)}`;
        if (++count === leaveAt) return ANSWERED;
        await pause?.();
      }
    } catch (error) {
      if ((await stream.next()).done !== true) return 'an item after the end';
      throw error;
    }
    return count === to ? ANSWERED : `only ${count} of ${to} items`;
  });
}

/** The numbers from 0 up as an input stream; `bad` is one that cannot be sent, `fails` one at which the source throws, `stalls` one that never comes. */
export async function* source(
  stage: Stage,
  n: number,
  to: number,
  {
    bad,
    fails,
    stalls,
  }: { readonly bad?: number; readonly fails?: number; readonly stalls?: Promise<void> } = {},
): AsyncGenerator<Value, void, undefined> {
  stage.open.add(n);
  try {
    for (let i = 0; i < to; i++) {
      if (i === fails) throw new Error('the source fails');
      yield i === bad ? ((() => i) as never) : i;
      if (i % 8 === 7) await new Promise((resolve) => setImmediate(resolve));
    }
    await stalls;
  } finally {
    stage.open.delete(n);
  }
}

/** Aborts after so many milliseconds; 0 is the same turn, and below 0 before anything is sent. */
export function abortAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  if (ms < 0) controller.abort();
  else if (ms === 0) queueMicrotask(() => controller.abort());
  else setTimeout(() => controller.abort(), ms);
  return controller.signal;
}
