import { performance } from 'node:perf_hooks';
import type { Call } from '../src/measure/closed-loop.js';
import { Histogram } from '../src/measure/histogram.js';
import type { Case, Round } from '../src/measure/suite.js';

/**
 * Starts packages at a fixed rate, answered or not, as users do. A package's time counts from the moment it was *meant* to
 * start, so a stall is charged to everything that should have happened during it: no coordinated omission.
 */
export async function openLoopRound(
  call: Call,
  ratePerSecond: number,
  durationMs: number,
  now: () => number = () => performance.now(),
): Promise<Round> {
  const latency = new Histogram();
  const gapMs = 1000 / ratePerSecond;
  const planned = Math.max(1, Math.floor(durationMs / gapMs));
  let operations = 0;
  const start = now();

  async function one(sequence: number): Promise<void> {
    await call(sequence);
    latency.record(now() - (start + sequence * gapMs));
    operations++;
  }

  const replies: Promise<void>[] = [];
  for (let sequence = 0; sequence < planned;) {
    while (sequence < planned && start + sequence * gapMs <= now()) replies.push(one(sequence++));
    // A timer would be late by up to a millisecond; a turn of the event loop is not, and lets replies in.
    if (sequence < planned) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(replies);
  return { operations, elapsedMs: now() - start, latency };
}

/** A case under open load. `inFlight` is 0: nobody decides it. */
export function openLoop(subject: {
  readonly name: string;
  readonly ratePerSecond: number;
  readonly call: Call;
  readonly setup?: string;
  readonly group?: string;
  readonly isFloor?: boolean;
}): Case {
  const { name, ratePerSecond, call, ...rest } = subject;
  return {
    name,
    inFlight: 0,
    ratePerSecond,
    ...rest,
    round: (durationMs) => openLoopRound(call, ratePerSecond, durationMs),
  };
}
