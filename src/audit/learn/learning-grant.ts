import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Grant } from '../../sandbox/grants.js';
import { scratchTemp, type LearningPlaces, type Need } from './needs.js';
import { isHarmlessName } from './sensitive.js';

/**
 * What a module gets while it is being learnt from: what it needs, but written to a scratch folder, and with made-up values in the place of
 * variables that nobody named. Its author is not known yet, and it may be on the network.
 */
export function learningGrant(
  needs: readonly Need[],
  places: LearningPlaces,
  owner: Grant,
): Readonly<Record<string, unknown>> {
  const targets = (permission: Need['permission']): readonly string[] =>
    needs.filter((need) => need.permission === permission).map(({ target }) => target);
  const written = new Map(targets('fs.write').map((path, i) => [path, writtenAt(path, i, places)]));
  const read = targets('fs.read').map((path) => [path, written.get(path) ?? readAt(path, places)] as const);
  return {
    fs: { read: Object.fromEntries(read), write: Object.fromEntries(written) },
    net: {
      connect: targets('net.connect'),
      insecureTls: targets('net.insecureTls'),
      listen: targets('net.listen'),
    },
    env: {
      ...Object.fromEntries(targets('env').map((name) => [name, valueOf(name, owner)])),
      ...(places.level === 'guarded' ? { TMPDIR: scratchTemp(places.scratch) } : {}),
    },
    modules: targets('modules'),
    crypto: targets('crypto'),
    clock: targets('clock')[0] ?? null,
    wasm: targets('wasm').length > 0,
  };
}

/** Where writing goes: away from the machine's own files. At guarded the module names the path itself, so its own folder is written to. */
function writtenAt(path: string, index: number, places: LearningPlaces): string | true {
  const isOwn = places.level === 'guarded' && path.startsWith('.');
  return isOwn
    ? true
    : path === resolve(tmpdir())
      ? tempOf(places)
      : join(places.scratch, `written-${index}`);
}

function readAt(path: string, places: LearningPlaces): string | true {
  return places.level === 'guarded' && path === resolve(tmpdir()) ? tempOf(places) : true;
}

/** It has to be there: a folder that is not is granted as if it were a file. */
function tempOf({ scratch }: LearningPlaces): string {
  mkdirSync(scratchTemp(scratch), { recursive: true });
  return scratchTemp(scratch);
}

/** The value that a variable has while learning: its own one if the owner named it or if it is no secret. */
function valueOf(name: string, owner: Grant): string | true {
  const named = owner.get('env')?.get(name);
  if (named !== undefined) return named;
  if (isHarmlessName(name) && process.env[name] !== undefined) return true;
  return name === 'TZ' ? 'UTC' : `learning-${name}`;
}

/** The variables that had a made-up value. */
export function madeUpNames(needs: readonly Need[], owner: Grant): readonly string[] {
  return needs
    .filter(
      ({ permission, target }) => permission === 'env' && valueOf(target, owner) === `learning-${target}`,
    )
    .map(({ target }) => target);
}
