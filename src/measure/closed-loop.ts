import { performance } from 'node:perf_hooks';
import { Histogram } from './histogram.js';
import type { Case, Round } from './suite.js';

/** Sends one package and answers with its reply. */
export type Call = (sequence: number) => Promise<unknown>;

/** Lanes that read the clock; more of them would measure the clock at a million packages a second. */
const MAX_TIMED_LANES = 16;

/**
 * Keeps `inFlight` packages under way for about `durationMs`: each reply lets its lane send the next one. Up to 16 lanes,
 * spread evenly over the width (a lane keeps its place in a batch), time each of their packages; every lane counts.
 */
export async function closedLoop(
  call: Call,
  inFlight: number,
  durationMs: number,
  now: () => number = () => performance.now(),
): Promise<Round> {
  const latency = new Histogram();
  const stride = Math.max(1, Math.floor(inFlight / MAX_TIMED_LANES));
  let sequence = 0;
  let operations = 0;
  let isOver = false;

  async function timedLane(): Promise<void> {
    while (!isOver) {
      const begun = now();
      await call(sequence++);
      const ended = now();
      latency.record(ended - begun);
      operations++;
      if (ended >= deadline) isOver = true;
    }
  }

  async function countedLane(): Promise<void> {
    while (!isOver) {
      await call(sequence++);
      operations++;
    }
  }

  const start = now();
  const deadline = start + durationMs;
  const lanes: Promise<void>[] = [];
  for (let lane = 0; lane < inFlight; lane++) lanes.push(lane % stride === 0 ? timedLane() : countedLane());
  await Promise.all(lanes);
  return { operations, elapsedMs: now() - start, latency };
}

/** The cases of one subject, one per width. */
export function closedLoops(subject: {
  readonly name: string;
  readonly widths: readonly number[];
  readonly call: Call;
  readonly setup?: string;
  readonly group?: string;
  readonly isFloor?: boolean;
  readonly size?: number;
}): Case[] {
  const { name, widths, call, ...rest } = subject;
  return widths.map((inFlight) => ({
    name,
    inFlight,
    ...rest,
    round: (durationMs) => closedLoop(call, inFlight, durationMs),
  }));
}
