import type { RunState } from './run-state.js';

/** Ids of runs that no journal names: a text of this process, and a number. Nothing secret: they only have to differ. */
let processText: string | undefined;
const IDS = new WeakMap<RunState, string>();
let ids = 0;

/** The id of the whole run that a run or a body belongs to. */
export function idOf(run: RunState): string {
  if (run.journal !== undefined) return run.journal.id;
  const root = rootOf(run);
  let id = IDS.get(root);
  if (id === undefined) {
    processText ??= Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
    IDS.set(root, (id = `${processText}-${++ids}`));
  }
  return id;
}

/** What a step of a run is known by, whatever process it runs in: the same for each of its tries, another one for each visit. */
export function keyOf(run: RunState): string {
  return `${idOf(run)}:${visitOf(run)}`;
}

/** The current visit within its run: the path of the body, and how many steps were left in it before. */
export function visitOf(run: RunState): string {
  return `${pathOf(run)}${run.left}`;
}

/** The way to a body: for each step around it its visit, and the name of the body in it. Empty for the steps of the flow. */
export function pathOf({ place }: RunState): string {
  return place === undefined ? '' : `${visitOf(place.outer)}.${place.name}/`;
}

function rootOf(run: RunState): RunState {
  return run.place === undefined ? run : rootOf(run.place.outer);
}
