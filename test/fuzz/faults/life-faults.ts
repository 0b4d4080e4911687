import { fixtureModule } from '../../support/fixtures.js';
import { Board, type LoadFault } from './board.js';
import { ANSWERED, CANCELLED, CRASHED, DOWN, FAILED, HUNG, LATE, type Fault } from './fault.js';
import { SHORT_MS } from './module-faults.js';
import { abortAfter, call, told } from './outcome.js';

const LOAD_FAULTS = ['throw', 'exit', 'uncaught', 'rejection', 'spin', 'wait', 'oom'] as const;
const [LOAD_FAILED, LOAD_LATE] = ['PHLOW_LOAD_FAILED', 'PHLOW_LOAD_TIMED_OUT'];

/** Milliseconds that a load may take: what hangs there costs so much. */
export const LOAD_TIMEOUT_MS = 2_500;

/** A module that ends, and cannot be loaded again at once: what waits for it is answered all the same. */
export const LOADING_AGAIN: readonly Fault[] = (['entry', 'start'] as const).flatMap((where) =>
  LOAD_FAULTS.map((fault): Fault => ({
    step: where === 'entry' ? 'load' : 'start',
    fault,
    allows: [CRASHED],
    harms: [CRASHED],
    play: (stage, n, dice) => {
      stage.board.planLoads(fault, where, isSlow(fault) ? 1 : 1 + dice(3));
      return call(stage, n, { at: 'receive', fault: 'exit' });
    },
  })),
);

const isSlow = (fault: LoadFault): boolean => fault === 'spin' || fault === 'wait' || fault === 'oom';

let firsts = 0;

/** A module that cannot be loaded in the first place; the package is the load. */
export const LOADING_FIRST: readonly Fault[] = (['entry', 'start'] as const).flatMap((where) =>
  LOAD_FAULTS.map((fault): Fault => ({
    step: where === 'entry' ? 'first load' : 'first start',
    fault,
    allows:
      // A thread that waits for nothing that could come has nothing to do, and exits.
      fault === 'spin' ? [LOAD_LATE] : [LOAD_FAILED, ...(isSlow(fault) ? [LOAD_LATE] : [])],
    harms: [],
    // Dozens of loads at once would be slow for one another.
    endsInstance: true,
    play: ({ host }) => {
      const name = `first-${++firsts}`;
      const board = new Board(name, 0);
      board.planLoads(fault, where, 1);
      return told(async () => {
        const options = { name, loadTimeoutMs: LOAD_TIMEOUT_MS, maxHeapMb: 32 };
        await (await host.load(fixtureModule('faulty'), options)).close();
        return ANSWERED;
      });
    },
  })),
);

const replaces = (
  fault: string,
  options: { readonly plan?: LoadFault; readonly fails?: boolean; readonly twice?: boolean },
): Fault => ({
  step: 'replace',
  fault,
  allows: options.fails === true || options.plan !== undefined ? [LOAD_FAILED] : [ANSWERED],
  harms: [],
  play: ({ host, module, board }) =>
    told(async () => {
      if (options.plan !== undefined) board.planLoads(options.plan, 'entry', 1);
      const check = (one: (input: never) => Promise<unknown>): Promise<unknown> =>
        one({ n: 0, at: options.fails === true ? 'reply' : 'life', fault: 'function' } as never);
      await host.replace(module.name, { check });
      return ANSWERED;
    }),
});

/** A new version in the place of the one that has the packages: none may be lost. */
export const REPLACING: readonly Fault[] = [
  replaces('none', {}),
  replaces('load throws', { plan: 'throw' }),
  replaces('load exits', { plan: 'exit' }),
  replaces('check fails', { fails: true }),
];

const closes = (fault: string, stop: LoadFault): Fault => ({
  step: 'close',
  fault,
  allows: [ANSWERED],
  harms: [CRASHED, DOWN],
  play: ({ module, board }) =>
    told(async () => {
      board.planStop(stop);
      await module.close();
      return ANSWERED;
    }),
});

/** The module is stopped with packages in it, and behaves or not. */
export const CLOSING: readonly Fault[] = [
  closes('none', 'none'),
  closes('stop throws', 'throw'),
  closes('stop hangs', 'wait'),
  closes('stop spins', 'spin'),
  closes('stop exits', 'exit'),
];

const asks = (
  fault: string,
  allows: readonly string[],
  harms: readonly string[],
  inner: object,
  more: object = {},
  options: object = {},
): Fault => ({
  step: 'ask',
  fault,
  allows,
  harms,
  play: (stage, n) =>
    call(stage, n, { at: 'ask', fault: 'none', inner: { n: 0, ...inner }, ...more }, options),
});

/** A module that calls another one while it handles a package: faults on either side. */
export const ASKING: readonly Fault[] = [
  asks('none', [ANSWERED], [], { at: 'life' }),
  asks('asked throws', [FAILED], [], { at: 'receive', fault: 'throw' }),
  asks('asked exits', [FAILED], [FAILED], { at: 'handle', fault: 'exit' }),
  asks(
    'asked spins',
    [FAILED, LATE],
    [FAILED],
    { at: 'handle', fault: 'spin' },
    {},
    { timeoutMs: 10 * SHORT_MS },
  ),
  asks('asked replies with a function', [FAILED], [], { at: 'reply', fault: 'function' }),
  asks('asked replies too deep', [FAILED], [], { at: 'reply', fault: 'deep' }),
  asks(
    'asks with a deadline that passes',
    [LATE, FAILED],
    [],
    { at: 'late', ms: 300 },
    {},
    { timeoutMs: SHORT_MS },
  ),
  asks('asker exits', [CRASHED], [CRASHED], { at: 'late', ms: 3 }, { strikes: true, fault: 'exit' }),
  asks('asker throws', [FAILED], [], { at: 'late', ms: 3 }, { strikes: true, fault: 'throw' }),
  asks(
    'asker spins',
    [HUNG, LATE],
    [HUNG],
    { at: 'late', ms: 3 },
    { strikes: true, fault: 'spin' },
    { timeoutMs: SHORT_MS },
  ),
  {
    step: 'ask',
    fault: 'asks with a function',
    allows: [ANSWERED],
    harms: [],
    play: (stage, n) =>
      call(stage, n, { at: 'ask-refused' }, undefined, ({ code }) => code === 'PHLOW_INPUT_UNCLONABLE'),
  },
  {
    step: 'ask',
    fault: 'aborted',
    allows: [CANCELLED, ANSWERED],
    harms: [],
    play: (stage, n, dice) =>
      call(
        stage,
        n,
        { at: 'ask', fault: 'none', inner: { n: 0, at: 'late', ms: 3 } },
        { signal: abortAfter(dice(6) - 1) },
      ),
  },
];

/** A crash loop: the module is given up, and started again by hand. */
export const GIVING_UP: readonly Fault[] = [
  {
    step: 'restart',
    fault: 'crash loop',
    allows: [CRASHED],
    harms: [CRASHED, DOWN],
    play: (stage, n) => {
      stage.board.planLoads('throw', 'entry', 3);
      return call(stage, n, { at: 'receive', fault: 'exit' });
    },
  },
];
