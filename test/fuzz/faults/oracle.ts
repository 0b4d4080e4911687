import { endsInstance, type Outcome, type Stage } from './fault.js';
import type { Population } from './populations.js';
import type { Played } from './wave.js';

/**
 * What is wrong with how the packages of a wave ended, judged by what was done to them and nothing else; `lingering` is what the wave before may
 * still do.
 */
export function wrongIn(
  population: Population,
  played: readonly Played[],
  stage: Stage,
  lingering: readonly Outcome[],
): readonly string[] {
  const harms = new Set<Outcome>([...lingering, ...played.flatMap(({ fault }) => fault.harms)]);
  const ends = played.filter(({ fault }) => endsInstance(fault)).length;
  for (const outcome of population.besides?.(played.length, ends) ?? []) harms.add(outcome);
  const faults = [...new Set(played.map(({ fault: { step, fault } }) => `${step}/${fault}`))].join(', ');
  return played.flatMap(({ n, fault, outcome }) => {
    const who = `${population.name}: package ${n} (${fault.step}/${fault.fault})`;
    if (outcome === undefined) return [`${who} never settled; beside ${faults}`];
    const handled = stage.board.handled(n);
    if (handled > population.mostHandled) return [`${who} was handled ${handled} times`];
    const isRight = fault.allows.includes(outcome) || harms.has(outcome);
    return isRight ? [] : [`${who} ended with ${outcome}; beside ${faults}`];
  });
}
