import type { LoadOptions } from '../../../src/index.js';
import { DOWN, endsInstance, HUNG, LATE, type Fault, type Outcome } from './fault.js';
import {
  ASKING,
  CLOSING,
  GIVING_UP,
  LOAD_TIMEOUT_MS,
  LOADING_AGAIN,
  LOADING_FIRST,
  REPLACING,
} from './life-faults.js';
import {
  CALLING,
  HANDLING,
  READING_ITEMS,
  REPLYING,
  RESTING,
  SENDING_ITEMS,
  SHORT_MS,
} from './module-faults.js';
import { call, read } from './outcome.js';
import { CALLS, STREAMS } from './traffic.js';

/** A module under test, loaded in one way, and what is done to it. */
export interface Population {
  readonly name: string;
  /** Of all packages, so many in a hundred. */
  readonly share: number;
  readonly options: LoadOptions;
  readonly faults: readonly Fault[];
  readonly traffic: readonly Fault[];
  /** What may happen in a wave beside the fault that it is about; default: any of the faults. */
  readonly extras?: readonly Fault[];
  /** What any package may end with besides, in a wave of so many packages with so many faults that end a life. */
  readonly besides?: (width: number, ends: number) => readonly Outcome[];
  /** True where nobody can see that a thread which was to die has died: another one answers in its place. */
  readonly lingers?: boolean;
  /** Packages of a wave on average, at most. */
  readonly widest?: number;
  /** How often one package may be handled. */
  readonly mostHandled: number;
  /** Loaded anew after so many faults that end a thread: a rule of the host's would stop it. */
  readonly mostEnds?: number;
}

const STEADY: LoadOptions = {
  restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 },
  loadTimeoutMs: LOAD_TIMEOUT_MS,
  maxHeapMb: 32,
  whenFull: 'wait',
  // Long enough for a thread on a busy machine to show that its event loop turns.
  graceMs: 1_000,
  hangTimeoutMs: 1_500,
};

/** What a package that is sent twice ends with. */
const QUARANTINED = 'PHLOW_PACKAGE_QUARANTINED';
const twice = (faults: readonly Fault[]): Fault[] =>
  faults.map((fault) => {
    if (!endsInstance(fault)) return fault;
    // One that has missed its own deadline is not sent again.
    const late = fault.allows.includes(HUNG) ? [HUNG, LATE] : [];
    // Nor is another one that misses its deadline because of it.
    const harms = late.length > 0 ? [HUNG] : [];
    return { ...fault, allows: [QUARANTINED, ...late], harms, endsInstance: true };
  });

/** Each replica has one package at a time: what happens to one of them happens to no other. */
const alone = (faults: readonly Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, harms: [], endsInstance: endsInstance(fault) }));

const NO_STREAMS: readonly Fault[] = [
  {
    step: 'item sent',
    fault: 'replicas',
    allows: ['PHLOW_STREAM_UNSUPPORTED'],
    harms: [],
    play: (stage, n) => read(stage, n, { at: 'items' }, { to: 3 }),
  },
  {
    step: 'item read',
    fault: 'replicas',
    allows: ['PHLOW_STREAM_UNSUPPORTED'],
    harms: [],
    play: (stage, n) => call(stage, n, { at: 'read' }, { items: [1, 2, 3] }),
  },
  {
    step: 'handle',
    fault: 'deaf to its deadline',
    allows: [LATE],
    harms: [],
    play: (stage, n) => call(stage, n, { at: 'handle', fault: 'wait' }, { timeoutMs: SHORT_MS }),
  },
];

const isQuick = ({ fault }: Fault): boolean => fault !== 'oom';
/** Replicas keep their ports to themselves. */
const isByRule = ({ fault }: Fault): boolean => !fault.startsWith('raw');
/** What was moved cannot be sent again. */
const stays = ({ fault }: Fault): boolean => !fault.startsWith('transfer');

/** All of them. Together they take a package through every step, with something wrong at each. */
export const POPULATIONS: readonly Population[] = [
  {
    name: 'calls',
    share: 25,
    options: { ...STEADY, recycle: { afterPackages: 2_000 } },
    faults: [...HANDLING, ...RESTING, ...REPLYING, ...CALLING],
    traffic: CALLS,
    mostHandled: 1,
  },
  {
    name: 'streams',
    share: 15,
    options: STEADY,
    faults: [...SENDING_ITEMS, ...READING_ITEMS],
    traffic: [...CALLS, ...STREAMS],
    // What has no stream open when the life is over is told so; a stream cannot wait for the next one.
    besides: (_, ends) => (ends > 0 ? [DOWN, 'PHLOW_MODULE_BUSY'] : []),
    mostHandled: 1,
  },
  {
    name: 'loads',
    share: 10,
    options: STEADY,
    faults: [...LOADING_AGAIN, ...LOADING_FIRST],
    traffic: CALLS,
    mostHandled: 1,
  },
  {
    name: 'swaps',
    share: 10,
    options: STEADY,
    faults: [...REPLACING, ...CLOSING],
    traffic: [...CALLS, ...STREAMS],
    // The host does one thing with a module at a time.
    extras: [],
    mostHandled: 1,
  },
  {
    name: 'little room',
    share: 10,
    options: { ...STEADY, maxInFlight: 10 },
    faults: [...HANDLING.filter(isQuick), ...REPLYING, ...CALLING],
    traffic: CALLS,
    mostHandled: 1,
  },
  {
    name: 'no room to wait',
    share: 5,
    options: { ...STEADY, maxInFlight: 10, whenFull: 'reject', maxWaiting: 5 },
    faults: CALLING,
    traffic: CALLS,
    besides: (width) => (width > 10 ? ['PHLOW_MODULE_BUSY'] : []),
    mostHandled: 1,
  },
  {
    name: 'crash loops',
    share: 5,
    options: { ...STEADY, restart: { maxRestarts: 2, windowMs: 3_600_000, backoffMs: 0, jitter: 0 } },
    faults: GIVING_UP,
    traffic: CALLS,
    mostHandled: 1,
  },
  {
    name: 'asks',
    share: 5,
    options: { ...STEADY, grant: { modules: ['inner'] } },
    faults: ASKING,
    traffic: [...CALLS, ...ASKING.slice(0, 1)],
    // A module may have 64 requests under way.
    widest: 25,
    mostHandled: 1,
  },
  {
    name: 'replicas',
    share: 10,
    options: { ...STEADY, replicas: 3 },
    faults: [
      ...alone(HANDLING),
      ...RESTING.filter(({ step }) => step !== 'reply under way'),
      ...alone(REPLYING.filter(isByRule)),
      ...CALLING,
      ...NO_STREAMS,
    ],
    traffic: CALLS,
    mostHandled: 1,
    mostEnds: 10,
    lingers: true,
  },
  {
    name: 'sent again',
    share: 5,
    options: { ...STEADY, redeliver: true },
    faults: [...twice(HANDLING.filter(isQuick)), ...twice(REPLYING), ...CALLING.filter(stays)],
    traffic: CALLS,
    // With two that end their module, one that is under way at both ends is taken for one of them.
    besides: (_, ends) => (ends > 1 ? [QUARANTINED] : []),
    mostHandled: 2,
  },
];
