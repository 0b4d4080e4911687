import type { IsolationLevel } from '../../manifest/isolation.js';

/** One mini attack. */
export interface Probe {
  readonly name:
    | 'env'
    | 'readFile'
    | 'listFolder'
    | 'writeFile'
    | 'database'
    | 'descriptor'
    | 'spawn'
    | 'connect'
    | 'unixSocket'
    | 'signal'
    | 'loop'
    | 'memory';
  /** What it tries, after "a module cannot". */
  readonly words: string;
  /** The levels that promise to withstand it. */
  readonly promisedBy: readonly IsolationLevel[];
}

const COMPARTMENTS: readonly IsolationLevel[] = ['sandboxed', 'isolated'];
const FROM_GUARDED: readonly IsolationLevel[] = ['guarded', ...COMPARTMENTS];

/** The mini attacks, harmless first. */
export function probes(): readonly Probe[] {
  return [
    { name: 'env', words: 'read the host’s environment', promisedBy: FROM_GUARDED },
    { name: 'readFile', words: 'read a file of the host', promisedBy: FROM_GUARDED },
    { name: 'listFolder', words: 'look into the current folder', promisedBy: FROM_GUARDED },
    { name: 'writeFile', words: 'write a file', promisedBy: FROM_GUARDED },
    { name: 'database', words: 'make a database file', promisedBy: FROM_GUARDED },
    { name: 'descriptor', words: 'read what the host has open', promisedBy: FROM_GUARDED },
    { name: 'spawn', words: 'start a program', promisedBy: FROM_GUARDED },
    { name: 'connect', words: 'open a connection', promisedBy: FROM_GUARDED },
    { name: 'unixSocket', words: 'open a Unix socket', promisedBy: FROM_GUARDED },
    { name: 'signal', words: 'signal the host', promisedBy: COMPARTMENTS },
    { name: 'loop', words: 'continue after its time is up', promisedBy: COMPARTMENTS },
    { name: 'memory', words: 'take the host down by using up memory', promisedBy: ['isolated'] },
  ];
}
