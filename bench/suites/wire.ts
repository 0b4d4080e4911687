import { closedLoops } from '../../src/measure/closed-loop.js';
import { openLoop } from '../open-loop.js';
import { bestOf } from '../peers/best-of.js';
import { startChildProcess } from '../peers/child-process.js';
import { startComlink } from '../peers/comlink.js';
import { startFloor } from '../../src/measure/floor.js';
import { startInline } from '../peers/inline.js';
import { PACKAGES, type PackageKind, type Peer } from '../../src/measure/peer.js';
import { startPhlow } from '../peers/phlow.js';
import { PISCINA_SETUPS, startPiscina } from '../peers/piscina.js';
import { startRaw } from '../peers/raw.js';
import { startTinypool, TINYPOOL_SETUPS } from '../peers/tinypool.js';
import { startWorkerpool, WORKERPOOL_SETUPS } from '../peers/workerpool.js';
import type { Case, Plan, Suite } from '../../src/measure/suite.js';

/** Peers with one configuration, in the order of the report. */
const SINGLE: readonly (() => Promise<Peer>)[] = [
  startFloor,
  startPhlow,
  startRaw,
  startInline,
  startComlink,
  startChildProcess,
];

/** Packages per second under open load: one that everybody sustains on a laptop, one that only batching sustains. */
const RATES: readonly number[] = [5_000, 50_000];

/** Peers that are put under open load; the others would only show how long their queue gets. */
const OPEN: readonly string[] = ['floor', 'phlow', 'raw', 'comlink'];

/** Small packages there and back: the floor, phlow, and the peers. */
export const wire: Suite = {
  scope: 'wire',
  about: 'a small package to another thread and back, against the floor and the peers',
  async open(plan) {
    const stops: (() => Promise<void>)[] = [];
    const cases: Case[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(stops.map((stop) => stop()));
    };
    try {
      for (const start of SINGLE) {
        const peer = await start();
        stops.push(() => peer.stop());
        cases.push(...casesOf(peer, plan.widths, plan));
        if (OPEN.includes(peer.name)) {
          for (const ratePerSecond of RATES)
            cases.push(openLoop({ ...subjectOf(peer, 'integer'), ratePerSecond }));
        }
      }
      for (const trials of [
        () => bestOf(PISCINA_SETUPS, startPiscina, plan.widths, trialOf(plan)),
        () => bestOf(TINYPOOL_SETUPS, startTinypool, plan.widths, trialOf(plan)),
        () => bestOf(WORKERPOOL_SETUPS, startWorkerpool, plan.widths, trialOf(plan)),
      ]) {
        const { byWidth, stop } = await trials();
        stops.push(stop);
        for (const [width, peer] of byWidth) cases.push(...casesOf(peer, [width], plan));
      }
    } catch (error) {
      await close();
      throw error;
    }
    return { cases, close };
  },
};

/** An integer and an object at every width, the others where cloning is all that is left of the cost. */
function casesOf(peer: Peer, widths: readonly number[], plan: Plan): Case[] {
  const widest = Math.max(...plan.widths);
  const at = (kind: PackageKind, chosen: readonly number[]): Case[] =>
    closedLoops({ ...subjectOf(peer, kind), widths: chosen });
  return [
    ...at('integer', widths),
    ...at('object', widths),
    ...at(
      'nested',
      widths.filter((width) => width === widest),
    ),
    ...(widths.includes(widest) ? at('rows', [ROWS_WIDTH]) : []),
  ];
}

const GROUPS: Readonly<Record<PackageKind, string | undefined>> = {
  integer: undefined,
  object: 'an object of three fields',
  nested: 'a nested object',
  rows: '200 rows',
};
/** As many lists of 200 rows as a server has in flight. */
const ROWS_WIDTH = 16;

function subjectOf(
  peer: Peer,
  kind: PackageKind,
): { name: string; group?: string; isFloor: boolean; call: (n: number) => Promise<unknown>; setup?: string } {
  const make = PACKAGES[kind];
  const group = GROUPS[kind];
  return {
    name: kind === 'integer' ? peer.name : `${peer.name}-${kind}`,
    ...(group === undefined ? {} : { group }),
    isFloor: peer.name === 'floor',
    call: (sequence) => peer.call(make(sequence)),
    ...(peer.setup === undefined ? {} : { setup: peer.setup }),
  };
}

function trialOf(plan: Plan): { ms: number; times: number } {
  return { ms: Math.min(100, plan.roundMs), times: plan.isQuick ? 1 : 3 };
}
