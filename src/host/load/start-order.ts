/** An order in which modules can start: each level needs only the levels before it. */
export interface StartOrder {
  readonly levels: readonly (readonly string[])[];
  /** One way round among those that cannot be ordered, such as `a`, `b`, `a`; empty when there is none. */
  readonly cycle: readonly string[];
  /** What stands in a cycle or behind one. */
  readonly rest: readonly string[];
}

/** Orders names by what each of them needs; needs that are no names themselves are left out. */
export function startOrder(needs: ReadonlyMap<string, readonly string[]>): StartOrder {
  const waiting = new Map(
    [...needs].map(([name, all]) => [name, new Set(all.filter((need) => needs.has(need)))]),
  );
  const levels: string[][] = [];
  for (;;) {
    const level = [...waiting].filter(([, open]) => open.size === 0).map(([name]) => name);
    if (level.length === 0) break;
    levels.push(level);
    for (const name of level) waiting.delete(name);
    for (const open of waiting.values()) for (const name of level) open.delete(name);
  }
  return { levels, cycle: cycleIn(waiting), rest: [...waiting.keys()] };
}

/** Names that need others before these, level by level; names that need each other in a circle go together and first. */
export function stopOrder(needs: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const { levels, rest } = startOrder(needs);
  return [...levels, rest].reverse();
}

/** Everything that is left needs something that is left: following the needs comes round. */
function cycleIn(waiting: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const path: string[] = [];
  let [at] = waiting.keys();
  while (at !== undefined) {
    const seen = path.indexOf(at);
    path.push(at);
    if (seen !== -1) return path.slice(seen);
    [at] = waiting.get(at) ?? [];
  }
  return [];
}
