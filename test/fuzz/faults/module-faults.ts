import type { Value } from '../../../src/index.js';
import { ANSWERED, CANCELLED, CRASHED, FAILED, HUNG, LATE, type Fault, type Outcome } from './fault.js';
import { abortAfter, call, read, source } from './outcome.js';

const UNSENDABLE = 'PHLOW_INPUT_UNCLONABLE';
const UNREPLIED = 'PHLOW_REPLY_UNCLONABLE';

/** A deadline that only a package without a chance of a reply misses, in milliseconds. */
export const SHORT_MS = 30;

/** Ways to end or to wedge a thread, with what they do to the package and to those beside it. */
export const ENDS: readonly {
  readonly fault: string;
  readonly allows: readonly Outcome[];
  readonly harms: readonly Outcome[];
}[] = [
  { fault: 'exit', allows: [CRASHED], harms: [CRASHED] },
  { fault: 'uncaught', allows: [CRASHED], harms: [CRASHED] },
  { fault: 'rejection', allows: [CRASHED], harms: [CRASHED] },
  // Its deadline may pass before it is handled.
  { fault: 'spin', allows: [HUNG, LATE], harms: [HUNG] },
  // While it collects garbage, its event loop is blocked too.
  { fault: 'oom', allows: [CRASHED, HUNG], harms: [CRASHED, HUNG] },
];
const deadlineFor = (fault: string): { timeoutMs?: number } =>
  fault === 'spin' ? { timeoutMs: SHORT_MS } : {};

const harmless = { harms: [] } as const;

/** Faults in the handler, before it has awaited anything and afterwards. */
export const HANDLING: readonly Fault[] = (['receive', 'handle'] as const).flatMap((step) => [
  ...ENDS.map(({ fault, allows, harms }): Fault => ({
    step,
    fault,
    allows,
    harms,
    play: (stage, n, dice) => call(stage, n, { at: step, fault, turns: dice(4) }, deadlineFor(fault)),
  })),
  ...['throw', 'throw-hostile'].map((fault): Fault => ({
    step,
    fault,
    allows: [FAILED],
    ...harmless,
    play: (stage, n, dice) => call(stage, n, { at: step, fault, turns: dice(4) }),
  })),
]);

/** Faults after the reply and before the next package. */
export const RESTING: readonly Fault[] = ENDS.flatMap(({ fault, allows, harms }) =>
  [false, true].map((soon): Fault => ({
    step: soon ? 'reply under way' : 'between packages',
    fault,
    allows: [ANSWERED, ...allows],
    harms,
    play: (stage, n) =>
      call(stage, n, { at: 'rest', soon, fault }, { timeoutMs: fault === 'spin' ? 200 : undefined }),
  })),
);

const repliesWith = (fault: string, allows: readonly Outcome[], harms: readonly Outcome[] = []): Fault[] =>
  ['reply', 'reply-later'].map((at) => ({
    step: at === 'reply' ? 'reply' : 'late reply',
    fault,
    allows,
    harms,
    play: (stage, n) => call(stage, n, { at, fault }),
  }));

/** Replies that cannot cross, or only in an odd way. */
export const REPLYING: readonly Fault[] = [
  ...['function', 'symbol', 'far-too-deep', 'transfer-twice', 'transfer-nothing'].flatMap((fault) =>
    repliesWith(fault, [UNREPLIED]),
  ),
  ...['getter', 'proxy'].flatMap((fault) => repliesWith(fault, [UNREPLIED, FAILED])),
  ...repliesWith('deep', [UNREPLIED]),
  ...['transfer', 'two-settlements'].flatMap((fault) => repliesWith(fault, [ANSWERED])),
  // Some lines of Node send a buffer that has gone as an empty one.
  ...repliesWith('transfer-gone', [ANSWERED, UNREPLIED]),
  {
    step: 'reply',
    fault: 'raw-deep',
    allows: [CRASHED],
    harms: [CRASHED],
    play: (stage, n) => call(stage, n, { at: 'raw-deep' }),
  },
  {
    step: 'reply',
    fault: 'raw-deep-cause',
    allows: [FAILED],
    // Its handler never ends: the next end of the life takes it along.
    ...harmless,
    play: (stage, n) => call(stage, n, { at: 'raw-deep-cause' }),
  },
];

function nested(levels: number): Value {
  let value: Value = null;
  for (let i = 0; i < levels; i++) value = { next: value };
  return value;
}

const no = (): never => {
  throw new Error('no');
};

const gone = (): ArrayBuffer => {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};

const sends = (
  fault: string,
  odd: () => object,
  transfer?: () => ArrayBuffer[],
  allows: readonly Outcome[] = [UNSENDABLE],
): Fault => ({
  step: 'call',
  fault,
  allows,
  ...harmless,
  play: (stage, n) => {
    const input = Object.defineProperties({ at: 'life' }, Object.getOwnPropertyDescriptors(odd()));
    return stage.module.call(Object.assign(input, { n }) as Value, transfer && { transfer: transfer() }).then(
      () => ANSWERED,
      (error: unknown) => (error as { code?: string }).code ?? `an error without code: ${String(error)}`,
    );
  },
});

/** Packages that cannot cross, or are given up at any time. */
export const CALLING: readonly Fault[] = [
  sends('function', () => ({ f: () => 1 })),
  sends('too deep', () => ({ deep: nested(20_000) })),
  sends('getter', () => Object.defineProperty({}, 'a', { enumerable: true, get: no })),
  sends(
    'transfer twice',
    () => ({}),
    () => {
      const buffer = new ArrayBuffer(8);
      return [buffer, buffer];
    },
  ),
  sends(
    'transfer gone',
    () => ({}),
    () => [gone()],
    [UNSENDABLE, ANSWERED],
  ),
  {
    step: 'call',
    fault: 'transfer',
    allows: [ANSWERED],
    ...harmless,
    play: (stage, n) => {
      const buffer = new ArrayBuffer(1_024);
      return call(stage, n, { at: 'life', buffer }, { transfer: [buffer] });
    },
  },
  ...[-1, 0].map((ms): Fault => ({
    step: 'call',
    fault: ms < 0 ? 'aborted before' : 'aborted at once',
    allows: [CANCELLED],
    ...harmless,
    play: (stage, n) => call(stage, n, { at: 'heed' }, { signal: abortAfter(ms) }),
  })),
  {
    step: 'handle',
    fault: 'aborted',
    allows: [CANCELLED],
    ...harmless,
    play: (stage, n, dice) => call(stage, n, { at: 'heed' }, { signal: abortAfter(1 + dice(10)) }),
  },
  {
    step: 'reply under way',
    fault: 'aborted',
    allows: [CANCELLED, ANSWERED],
    ...harmless,
    play: (stage, n, dice) => call(stage, n, { at: 'late', ms: dice(4) }, { signal: abortAfter(dice(5)) }),
  },
  {
    step: 'handle',
    fault: 'deadline',
    allows: [LATE],
    ...harmless,
    play: (stage, n, dice) => call(stage, n, { at: 'heed' }, { timeoutMs: 1 + dice(10) }),
  },
  {
    step: 'reply under way',
    fault: 'deadline',
    allows: [LATE, ANSWERED],
    ...harmless,
    play: (stage, n, dice) => call(stage, n, { at: 'late', ms: dice(4) }, { timeoutMs: 1 + dice(5) }),
  },
];

/** How many items a stream of a test has: several windows at most. */
const LENGTHS = 120;

/** Faults while a stream of replies is sent, at any item. */
export const SENDING_ITEMS: readonly Fault[] = [
  ...[...ENDS, { fault: 'throw', allows: [FAILED], harms: [] }].map(({ fault, allows, harms }): Fault => ({
    step: 'item sent',
    fault,
    allows,
    harms,
    play: (stage, n, dice) => {
      const to = dice(LENGTHS);
      return read(stage, n, { at: 'items', fault, strikeAt: dice(to + 1) }, { to }, deadlineFor(fault));
    },
  })),
  {
    step: 'item sent',
    fault: 'function',
    allows: [UNREPLIED],
    ...harmless,
    play: (stage, n, dice) => {
      const to = 1 + dice(LENGTHS);
      return read(stage, n, { at: 'items', bad: dice(to) }, { to });
    },
  },
  {
    step: 'item sent',
    fault: 'reader leaves',
    allows: [ANSWERED],
    ...harmless,
    play: (stage, n, dice) => read(stage, n, { at: 'items' }, { to: LENGTHS, leaveAt: 1 + dice(LENGTHS) }),
  },
  {
    step: 'item sent',
    fault: 'aborted',
    allows: [CANCELLED, ANSWERED],
    ...harmless,
    play: (stage, n, dice) =>
      read(stage, n, { at: 'items' }, { to: dice(LENGTHS) }, { signal: abortAfter(dice(6) - 1) }),
  },
  {
    step: 'item sent',
    fault: 'deadline',
    allows: [LATE, ANSWERED],
    ...harmless,
    play: (stage, n, dice) => {
      const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      return read(stage, n, { at: 'items' }, { to: LENGTHS, pause }, { timeoutMs: 1 + dice(20) });
    },
  },
];

/** Faults while an input stream is read, alone and with a stream of replies that comes of it. */
export const READING_ITEMS: readonly Fault[] = [
  ...[...ENDS, { fault: 'throw', allows: [FAILED], harms: [] }].flatMap(
    ({ fault, allows, harms }): Fault[] => [
      {
        step: 'item read',
        fault,
        allows,
        harms,
        play: (stage, n, dice) => {
          const to = 1 + dice(LENGTHS);
          return call(
            stage,
            n,
            { at: 'read', fault, strikeAt: dice(to) },
            { items: source(stage, n, to), ...deadlineFor(fault) },
          );
        },
      },
      {
        step: 'item passed on',
        fault,
        allows,
        harms,
        play: (stage, n, dice) => {
          const to = 1 + dice(LENGTHS);
          const options = { items: source(stage, n, to), ...deadlineFor(fault) };
          return read(stage, n, { at: 'pipe', fault, strikeAt: dice(to) }, { to }, options);
        },
      },
    ],
  ),
  {
    step: 'item read',
    fault: 'source throws',
    allows: [FAILED],
    ...harmless,
    play: (stage, n, dice) => {
      const to = 1 + dice(LENGTHS);
      return call(stage, n, { at: 'read' }, { items: source(stage, n, to, { fails: dice(to) }) });
    },
  },
  {
    step: 'item read',
    fault: 'function',
    allows: [UNSENDABLE],
    ...harmless,
    play: (stage, n, dice) => {
      const to = 1 + dice(LENGTHS);
      return call(stage, n, { at: 'read' }, { items: source(stage, n, to, { bad: dice(to) }) });
    },
  },
  {
    step: 'item read',
    fault: 'handler leaves',
    allows: [ANSWERED],
    ...harmless,
    play: (stage, n, dice) => {
      const leaveAt = dice(LENGTHS);
      const items = source(stage, n, LENGTHS);
      return call(stage, n, { at: 'read', leaveAt }, { items }, ({ count }) => count === leaveAt);
    },
  },
  {
    step: 'item read',
    fault: 'aborted',
    allows: [CANCELLED],
    ...harmless,
    play: (stage, n, dice) => {
      const signal = abortAfter(dice(6) - 1);
      const stalls = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) resolve();
      });
      return call(stage, n, { at: 'read' }, { items: source(stage, n, dice(LENGTHS), { stalls }), signal });
    },
  },
  {
    step: 'item passed on',
    fault: 'reader leaves',
    allows: [ANSWERED],
    ...harmless,
    play: (stage, n, dice) => {
      const leaveAt = 1 + dice(LENGTHS);
      return read(stage, n, { at: 'pipe' }, { to: LENGTHS, leaveAt }, { items: source(stage, n, LENGTHS) });
    },
  },
];
