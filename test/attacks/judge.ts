import type { IsolationLevel } from '../../src/index.js';
import type { Arena } from './arena.js';
import type { Attack } from './attack.js';
import { leaksIn, STATIC_SECRET } from './evidence.js';
import type { Observed } from './observed.js';

/** How an attack ended. The first two are contained. */
export type Outcome = 'blocked' | 'killed' | 'escape' | 'host died' | 'hang' | 'degraded';

/** One judgement with the evidence behind it. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly because: string;
  /** The beginning of what came back from it, for people only. */
  readonly said?: string;
  /** The longest that the host's loop did not turn meanwhile, in milliseconds. */
  readonly stallMs?: number;
}

/** What became of the host process itself. */
export interface HostEnd {
  readonly observed: Observed | undefined;
  readonly isLate: boolean;
  readonly exit: string;
  /** The longest reading of a file in the runner meanwhile, in milliseconds: what is the machine's doing and not the attack's. */
  readonly controlReadMs: number;
}

/** What a module is given to finish what it has before its container is ended. */
const STOP_BUDGET_MS = 5_000;
const MAX_END_MS = 3_000;
const MAX_STALL_MS = 1_000;
/** At `isolated` nothing that a module does may keep its host from others for so long. */
const MAX_STALL_ISOLATED_MS = 200;
const MAX_FILE_READ_MS = 750;
const MAX_GROWTH_BYTES = 1_073_741_824;
const FINEST_CLOCK_MS = 0.1;

/** Judges by what was planted and measured, never by what the attack says of itself. */
export function judge(
  attack: Attack,
  arena: Arena,
  isMarked: boolean,
  { observed, isLate, exit, controlReadMs }: HostEnd,
): Verdict {
  const touched = [...arena.canaries.touched];
  if (touched.length > 0) return { outcome: 'escape', because: touched.join(', ') };
  if (isMarked) return { outcome: 'escape', because: 'the marker file was written' };
  if (isLate) return { outcome: 'hang', because: 'the host did not end in time' };
  if (observed === undefined) return { outcome: 'host died', because: exit };
  const found = escapesIn(attack, arena, observed);
  if (found.length > 0) return { outcome: 'escape', because: found.join(', ') };
  if (observed.closeMs > STOP_BUDGET_MS + (attack.options.settle ?? MAX_END_MS))
    return { outcome: 'hang', because: `its container took ${Math.round(observed.closeMs)} ms to end` };
  const harm = harmIn(observed, arena.job.level, controlReadMs);
  if (harm.length > 0) return { outcome: 'degraded', because: harm.join(', ') };
  return observed.wasKilled
    ? { outcome: 'killed', because: observed.error.split('\n')[0] ?? '' }
    : { outcome: 'blocked', because: '' };
}

function escapesIn(attack: Attack, { secrets }: Arena, seen: Observed): readonly string[] {
  const said = `${seen.reply}\n${seen.error}\n${seen.logs}`;
  const tokens = Object.fromEntries(seen.tokens.map((token, i) => [`token ${i}`, token]));
  const { success, timer } = attack.options;
  const isForged = seen.rendered.some(
    (line) => draws(line) || /^\s*\{"level":"info","module":"host"/m.test(line),
  );
  return [
    ...leaksIn(said, { ...secrets, ...tokens, 'static secret': STATIC_SECRET }).map(
      (name) => `leaked: ${name}`,
    ),
    ...(success !== undefined && seen.reply.includes(success) ? [`it shows ${success}`] : []),
    ...(timer === true && clockIn(seen.reply) < FINEST_CLOCK_MS
      ? ['a clock finer than a tenth of a millisecond']
      : []),
    ...(seen.linesAfterStop > 0 ? [`${seen.linesAfterStop} lines after it was stopped`] : []),
    ...(isForged ? ['a log line that is not its own'] : []),
    ...(seen.victim === 'wrong' ? ['the victim gave a wrong answer'] : []),
    ...seen.changed,
  ];
}

/** What moves the cursor, hides text, changes its order or ends a line. */
const CONTROLS =
  /[^\P{Cc}\n\t]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

function draws(line: string): boolean {
  const [first, ...afterEscapes] = line.split('\u001b');
  // Colours are the host's own.
  return (
    CONTROLS.test([first, ...afterEscapes].join('')) || afterEscapes.some((rest) => !/^\[\d+m/.test(rest))
  );
}

/** The resolution that an attack has measured, in milliseconds; a counting thread counts as none. */
function clockIn(reply: string): number {
  const ticks = /TICKS (\d+)/.exec(reply)?.[1];
  if (ticks !== undefined && Number(ticks) > 0) return 0;
  const resolution = /RES ([\d.e-]+)/.exec(reply)?.[1];
  return resolution === undefined ? Infinity : Number(resolution);
}

function harmIn(seen: Observed, level: IsolationLevel, controlReadMs: number): readonly string[] {
  const mostStallMs = level === 'isolated' ? MAX_STALL_ISOLATED_MS : MAX_STALL_MS;
  const mb = Math.round(seen.grownBytes / 1_048_576);
  return [
    ...(seen.victim === 'silent' ? ['the victim does not answer'] : []),
    ...(seen.longestStallMs > mostStallMs
      ? [`the host stood still for ${Math.round(seen.longestStallMs)} ms`]
      : []),
    ...(seen.longestFileReadMs > MAX_FILE_READ_MS + 2 * controlReadMs &&
    seen.longestStallMs < MAX_FILE_READ_MS / 2
      ? [`reading a file took ${Math.round(seen.longestFileReadMs)} ms`]
      : []),
    ...(seen.grownBytes > MAX_GROWTH_BYTES ? [`the host grew by ${mb} MiB`] : []),
  ];
}

/** True for what did no harm beyond the module itself. */
export function isContained({ outcome }: Verdict): boolean {
  return outcome === 'blocked' || outcome === 'killed';
}
