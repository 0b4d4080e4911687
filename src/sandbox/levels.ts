import { PhlowError } from '../errors.js';
import { textOf } from '../values.js';
import type { Crossing } from '../wire/outbox.js';
import { didYouMean } from '../nearest.js';
import { ISOLATION_LEVELS, type IsolationLevel } from '../manifest/isolation.js';

/** Everything that differs between levels; loading a module asks this table and nothing else. */
export interface Level {
  /** What the module's code runs in. */
  readonly container: 'caller' | 'thread' | 'process';
  /** How its code is loaded: by Node's own loader, or as one text in a compartment without a loader. */
  readonly code: 'native' | 'compartment';
  /** Whether Node's permission model is on inside the container. */
  readonly hasPermissionModel: boolean;
  /** Where its capabilities come from: whatever the process has, Node flags per grant, or the host acting in its place. */
  readonly capabilities: 'ambient' | 'flags' | 'broker';
  /** How values reach its code, and come back. */
  readonly crossing: Crossing;
  /** What the level promises, in one line. */
  readonly promise: string;
}

/** The levels, weakest first (docs/security.md). */
export const LEVELS = {
  inline: {
    container: 'caller',
    code: 'native',
    hasPermissionModel: false,
    capabilities: 'ambient',
    crossing: 'clone',
    promise: 'nothing: the module is part of the calling program',
  },
  trusted: {
    container: 'thread',
    code: 'native',
    hasPermissionModel: false,
    capabilities: 'ambient',
    crossing: 'clone',
    promise: 'a crash, a leak or a loop stays in the module',
  },
  guarded: {
    container: 'thread',
    code: 'native',
    hasPermissionModel: true,
    capabilities: 'flags',
    crossing: 'unshared clone',
    promise: 'a seat belt: accidents and crude malware are refused; not a security boundary',
  },
  sandboxed: {
    container: 'thread',
    code: 'compartment',
    hasPermissionModel: true,
    capabilities: 'broker',
    crossing: 'text',
    promise: 'no ambient authority; loops, floods and leaks are ended',
  },
  isolated: {
    container: 'process',
    code: 'compartment',
    hasPermissionModel: true,
    capabilities: 'broker',
    crossing: 'text',
    promise: 'sandboxed, and the host survives any crash, abort or exhaustion of the module',
  },
} as const satisfies Readonly<Record<IsolationLevel, Level>>;

/** Where a module was found; code that the application's author did not write is not trusted by default. */
const LEVEL_BY_ORIGIN = {
  builtin: 'trusted',
  application: 'trusted',
  package: 'isolated',
} as const satisfies Readonly<Record<string, IsolationLevel>>;

/** What decides about the level of one module. */
export interface LevelChoice {
  readonly module: string;
  readonly origin: keyof typeof LEVEL_BY_ORIGIN;
  /** The manifest's wish: it may raise the level, never lower it. */
  readonly asked: IsolationLevel | undefined;
  /** The host owner's word; undefined leaves it to the origin. */
  readonly owner: IsolationLevel | undefined;
}

/**
 * The level a module runs at: the owner's word, else the origin's default, raised to what the manifest asks for.
 * Throws PHLOW_OPTION_INVALID for an owner's word that is no level.
 */
export function levelFor({ module, origin, asked, owner }: LevelChoice): IsolationLevel {
  return strongest(owner === undefined ? LEVEL_BY_ORIGIN[origin] : readIsolationLevel(owner, module), asked);
}

/** Reads what a person wrote for a level. Throws PHLOW_OPTION_INVALID for anything that is none. */
export function readIsolationLevel(written: unknown, module: string): IsolationLevel {
  if (isLevel(written)) return written;
  const known = ISOLATION_LEVELS.join(', ');
  const message = `Cannot load module "${module}": isolation "${textOf(written)}" is not a level; the levels are ${known}.${didYouMean(textOf(written), ISOLATION_LEVELS)}`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

/** True for the name of a level. */
function isLevel(name: unknown): name is IsolationLevel {
  return ISOLATION_LEVELS.some((level) => level === name);
}

function strongest(one: IsolationLevel, other: IsolationLevel | undefined): IsolationLevel {
  if (other === undefined) return one;
  return ISOLATION_LEVELS.indexOf(other) > ISOLATION_LEVELS.indexOf(one) ? other : one;
}
