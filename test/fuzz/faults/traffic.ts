import { ANSWERED, type Fault } from './fault.js';
import { call, read, source } from './outcome.js';

const plain = (step: string, play: Fault['play']): Fault => ({
  step,
  fault: 'none',
  allows: [ANSWERED],
  harms: [],
  play,
});

/** Packages that nothing is wrong with: whatever happens to one of them was another's doing. */
export const CALLS: readonly Fault[] = [
  plain('receive', (stage, n) => call(stage, n, { at: 'receive', fault: 'none' })),
  plain('handle', (stage, n, dice) => call(stage, n, { at: 'handle', fault: 'none', turns: dice(20) })),
  plain('handle', (stage, n, dice) => call(stage, n, { at: 'late', ms: dice(4) })),
];

/** The same with streams. */
export const STREAMS: readonly Fault[] = [
  plain('item sent', (stage, n, dice) => read(stage, n, { at: 'items' }, { to: dice(80) })),
  plain('item read', (stage, n, dice) => {
    const to = dice(80);
    return call(stage, n, { at: 'read' }, { items: source(stage, n, to) }, ({ count }) => count === to);
  }),
  plain('item passed on', (stage, n, dice) => {
    const to = dice(80);
    return read(stage, n, { at: 'pipe' }, { to }, { items: source(stage, n, to) });
  }),
];
