import { serialize } from 'node:v8';
import type { Waiting } from '../../wire/pending.js';
import { formatHangReport, type HangReport } from './hang-inspection.js';
import type { ExecutorExit, ExecutorVitals } from '../executors/executor.js';
import { isHang } from '../executors/exit-errors.js';
import { visibleBlock, visibleLine } from '../../visible-text.js';
import type { LogLine } from '../log/log-line.js';
import { ownStack } from '../executors/stack-frame.js';
import { causeOf } from '../executors/read-posted.js';

/** Why a module ended, and what it was doing. Plain data. */
export interface ExitReport {
  readonly module: string;
  readonly reason: ExecutorExit['reason'] | 'hung';
  /** One phrase. */
  readonly cause: string;
  readonly exitCode: number | undefined;
  /** ISO 8601. */
  readonly at: string;
  readonly uptimeMs: number;
  /** How often the module had been restarted before. */
  readonly restarts: number;
  /** Packages that this instance had answered. */
  readonly handled: number;
  /** Packages that were lost, oldest first, at most 20. */
  readonly inFlight: readonly PackageNote[];
  readonly lost: number;
  /** Packages that the module still had although nobody waited for them any more, oldest first, at most 20. A hang is likely in one of them. */
  readonly givenUp: readonly PackageNote[];
  /** The last packages that were answered, newest last. */
  readonly answered: readonly { readonly id: number; readonly agoMs: number }[];
  readonly lastLines: readonly { readonly level: string; readonly message: string }[];
  readonly heapUsedBytes: number | undefined;
  readonly cpuMs: number | undefined;
  readonly stack: string | undefined;
  readonly hangReport: HangReport | undefined;
}

/** A package as it stands in a report. */
export interface PackageNote {
  readonly id: number;
  readonly ageMs: number;
  /** Size of the input as it would cross the port; undefined when it is unknown. */
  readonly bytes: number | undefined;
}

/** What an instance leaves behind when it ends. */
export interface Lost {
  /** Packages that were in flight and somebody waited for. */
  readonly count: number;
  readonly notes: readonly PackageNote[];
  readonly givenUp: readonly PackageNote[];
  /** Packages that it had answered. */
  readonly handled: number;
  readonly answered: readonly { readonly id: number; readonly agoMs: number }[];
}

const MAX_PACKAGES = 20;
/** What begins a further line of a module's words in a report. */
const BELOW = '    | ';

/** Notes for a report on what was in flight. */
export function notesOf<T>(entries: Iterable<[number, Waiting<T>]>, now: number): PackageNote[] {
  const notes: PackageNote[] = [];
  for (const [id, waiting] of entries) {
    if (notes.length === MAX_PACKAGES) break;
    notes.push({ id, ageMs: Math.round(now - waiting.at), bytes: sizeOf(waiting.sent) });
  }
  return notes;
}

function sizeOf(value: unknown): number | undefined {
  try {
    return serialize(value).byteLength;
  } catch {
    // What cannot be written has no size; the report is about something else.
    return undefined;
  }
}

/** What a report says besides the exit and what it left behind. */
export interface ReportFacts {
  readonly module: string;
  readonly startedAt: number;
  readonly vitals: ExecutorVitals;
  readonly count: number;
  readonly lastLines: readonly LogLine[];
  readonly hangReport: HangReport | undefined;
}

/** Puts together why an instance ended and what it was doing. */
export function makeReport(exit: ExecutorExit, lost: Lost, facts: ReportFacts): ExitReport {
  const { heapUsedBytes, cpuMs } = facts.vitals;
  return {
    module: facts.module,
    reason: isHang(exit) ? 'hung' : exit.reason,
    // The rest of the message is the hang report, which has a place of its own.
    cause: isHang(exit)
      ? causeOf(exit)
          .split('\n', 1)
          .join('')
          .replace(/^it hangs/, 'it hung')
      : causeOf(exit),
    exitCode: exit.exitCode,
    at: new Date().toISOString(),
    uptimeMs: performance.now() - facts.startedAt,
    restarts: facts.count,
    handled: lost.handled,
    inFlight: lost.notes,
    lost: lost.count,
    givenUp: lost.givenUp,
    answered: lost.answered,
    lastLines: facts.lastLines.map(({ level, message }) => ({ level, message })),
    heapUsedBytes,
    cpuMs,
    // Where the host made an error of its own says nothing.
    stack: exit.reason === 'uncaught' && hasStack(exit.error) ? ownStack(exit.error.stack) : undefined,
    hangReport: facts.hangReport,
  };
}

function hasStack(error: unknown): error is { readonly stack: string } {
  return typeof error === 'object' && error !== null && 'stack' in error && typeof error.stack === 'string';
}

function drawNote({ id, ageMs, bytes }: PackageNote): string {
  return `${id}: ${ageMs} ms old, ${bytes === undefined ? 'size unknown' : `${bytes} bytes`}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A report as text for people. What a module wrote is shown so that none of it passes for a line of the report. */
export function formatExitReport(report: ExitReport): string {
  const lines = [
    `Module "${visibleLine(report.module)}" ended: ${visibleBlock(report.cause, BELOW)}`,
    `  up ${Math.round(report.uptimeMs)} ms, ${counted(report.handled, 'package')} answered, ${report.lost} lost, restarted ${counted(report.restarts, 'time')} before`,
  ];
  if (report.heapUsedBytes !== undefined)
    lines.push(`  heap ${Math.round(report.heapUsedBytes / 1048576)} MB`);
  if (report.cpuMs !== undefined) lines.push(`  CPU ${Math.round(report.cpuMs)} ms`);
  for (const record of report.inFlight) lines.push(`  lost package ${drawNote(record)}`);
  for (const record of report.givenUp) lines.push(`  given-up package ${drawNote(record)}`);
  if (report.hangReport !== undefined)
    lines.push('  it was here when it was paused:', formatHangReport(report.hangReport));
  if (report.stack !== undefined) lines.push(`  ${visibleBlock(report.stack, BELOW)}`);
  for (const { level, message } of report.lastLines)
    lines.push(`  last log [${level}] ${visibleBlock(message, BELOW)}`);
  return lines.join('\n');
}
