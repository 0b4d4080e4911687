import { createCapabilities } from '../../workers/runtime/capabilities.js';
import { Listening } from '../../workers/runtime/listening.js';
import type { Context, Log, LogLevel, ValueMap } from '../../src/sdk/index.js';

/** A context for calling a module's functions directly: time stands still until a test moves it, log lines are kept. */
export interface FakeContext<With = ValueMap> extends Context<With> {
  readonly lines: { readonly level: LogLevel; readonly message: string }[];
  /** How long `clock.sleep` was asked to wait, in order. It never waits. */
  readonly sleeps: number[];
  /** What was emitted, whatever the manifest declares. */
  readonly events: { readonly type: string; readonly data: unknown }[];
  advance(ms: number): void;
}

/** Makes a fake context. */
export function fakeContext<With = ValueMap>(
  settings: With,
  signal: AbortSignal = new AbortController().signal,
): FakeContext<With> {
  let now = 1_000;
  const lines: { level: LogLevel; message: string }[] = [];
  const sleeps: number[] = [];
  const events: { type: string; data: unknown }[] = [];
  const write =
    (level: LogLevel) =>
    (message: string): void => {
      lines.push({ level, message });
    };
  const log: Log = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    isEnabled: () => true,
  };
  return {
    ...createCapabilities(
      {},
      (capability) => Promise.reject(new Error(`nothing was granted: ${capability}`)),
      new Listening(),
    ),
    name: 'fake',
    with: settings,
    log,
    signal,
    lines,
    sleeps,
    events,
    emit: (type, data?: unknown) => events.push({ type, data }) > 0,
    clock: {
      now: () => now,
      sleep: async (ms, given) => {
        given?.throwIfAborted();
        sleeps.push(ms);
      },
      date: () => now,
      sleepUntil: async (date, given) => {
        given?.throwIfAborted();
        sleeps.push(date - now);
      },
    },
    advance: (ms) => (now += ms),
  };
}
