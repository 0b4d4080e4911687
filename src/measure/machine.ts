import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import process from 'node:process';

/** What a figure depends on and a reader must know. Carries no host or user name. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly arch: string;
  readonly node: string;
  readonly v8: string;
  /** Load of the last minute when the run began: near 0 means that the bench had the machine to itself. */
  readonly loadAtStart: number;
}

/** Describes the machine that runs this process. */
export function fingerprint(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    arch: process.arch,
    node: process.version,
    v8: process.versions.v8,
    loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** The warning that goes before any figure, or undefined: with less than half of its cores free, a machine measures its other work. */
export function busyWarning(machine: Machine): string | undefined {
  if (machine.loadAtStart <= machine.cores / 2) return undefined;
  return `The machine was busy with something else when the run began (load ${machine.loadAtStart} on ${machine.cores} cores): trust no absolute figure, and ratios only where the spread is small.`;
}

/** True when absolute figures of the two may be compared at all. */
export function isSameMachine(a: Machine, b: Machine): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.arch === b.arch && a.node === b.node;
}
