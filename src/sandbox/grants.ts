import { PhlowError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { isMap } from '../values.js';
import { PERMISSION_NAMES, PERMISSION_TABLE, type PermissionName } from './permission-table.js';

/**
 * What the owner allows, read and in plain form: for each permission its targets, and what stands behind each: a folder of this machine, a
 * value, an address; `true` for the thing itself.
 */
export type Grant = ReadonlyMap<PermissionName, ReadonlyMap<string, string | true>>;

/** A grant of nothing. */
export const NO_GRANT: Grant = new Map();

/** Where the owner grants something to a module that the flow of a package uses. */
export interface GrantPlace {
  /** The entry of his flow that uses the package; undefined when the package's flow is opened by itself. */
  readonly entry: string | undefined;
  /** The file that is opened by itself. */
  readonly file: string | undefined;
  /** All that is granted there. */
  readonly whole: unknown;
  /** The names of modules from there to the module. */
  readonly path: readonly string[];
  /** The paths there that name a module which its flow does not declare, as far as flows were read: no message asks to write them again. */
  readonly unknown: readonly (readonly string[])[];
}

/** Permissions whose targets may be mapped to something else, and what that is. */
const MAPPED: Partial<Readonly<Record<PermissionName, string>>> = {
  'fs.read': 'a folder',
  'fs.write': 'a folder',
  'net.connect': 'an address with its port',
  env: 'a value',
};

/**
 * Reads a `grant:` as it stands in a flow's `modules:` entry or in `host.load({ grant })`: the shape of a manifest's `permissions:`, where
 * a list may also be a mapping (`{ "./templates": ./my-templates }`, `{ TZ: Europe/Berlin }`). Throws PHLOW_OPTION_INVALID.
 */
export function readGrant(value: unknown, module: string): Grant {
  if (value === undefined || value === null) return NO_GRANT;
  const grant = new Map<PermissionName, ReadonlyMap<string, string | true>>();
  for (const [key, member] of membersOf(value, '', module)) {
    const names = PERMISSION_NAMES.filter((name) => name === key || name.startsWith(`${key}.`));
    // Timers need no grant; a grant written like the manifest's block is not to be refused for naming them.
    if (key === 'timers') continue;
    if (key === 'inside' && member === undefined) continue;
    if (key === 'inside')
      throw invalid(
        'grant.inside is for the modules of a package’s flow, and this module is no flow',
        module,
      );
    if (names.length === 0) throw unknownKey(key, TOP_KEYS, module);
    const [only] = names;
    if (only === key) grant.set(only, targetsOf(only, member, module));
    else {
      for (const [inner, targets] of membersOf(member, `${key}.`, module)) {
        const name = names.find((candidate) => candidate === `${key}.${inner}`);
        if (name === undefined) throw unknownKey(`${key}.${inner}`, names, module);
        grant.set(name, targetsOf(name, targets, module));
      }
    }
  }
  return grant;
}

/** Reads the part of a grant that goes to the modules of a package's flow, by their names. Throws PHLOW_OPTION_INVALID. */
export function insideOf(grant: unknown, module: string): Readonly<Record<string, unknown>> {
  const inside = isMap(grant) ? grant['inside'] : undefined;
  if (inside === undefined || inside === null) return {};
  if (isMap(inside)) return inside;
  throw invalid('grant.inside must be an object: what each module of the flow gets, by its name', module);
}

/** Reads a grant whose module may be a flow, with all that is inside. Throws PHLOW_OPTION_INVALID. */
export function assertGrant(grant: unknown, module: string): void {
  const inside = Object.entries(insideOf(grant, module));
  readGrant(isMap(grant) ? { ...grant, inside: undefined } : grant, module);
  for (const [name, inner] of inside) assertGrant(inner, `${module}/${name}`);
}

const TOP_KEYS: readonly string[] = [...new Set(PERMISSION_NAMES.map((name) => name.split('.')[0] ?? name))];

function membersOf(value: unknown, prefix: string, module: string): readonly (readonly [string, unknown])[] {
  if (isMap(value)) return Object.entries(value);
  const what = prefix === '' ? 'grant' : `grant.${prefix.slice(0, -1)}`;
  throw invalid(`${what} must be an object`, module);
}

function targetsOf(name: PermissionName, value: unknown, module: string): ReadonlyMap<string, string | true> {
  const { isScalar } = PERMISSION_TABLE[name];
  if (isScalar) {
    if (value === false || value === undefined || value === null) return new Map();
    if (value === true || typeof value === 'string') return new Map([[String(value), true]]);
    throw invalid(`grant.${name} must be ${name === 'clock' ? 'a word' : 'true or false'}`, module);
  }
  if (value === undefined || value === null) return new Map();
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((target) => [target, true])
    : isMap(value)
      ? Object.entries(value)
      : [[value, true]];
  return new Map(pairs.map(([target, behind]) => pairOf(name, target, behind, module)));
}

function pairOf(
  name: PermissionName,
  target: unknown,
  behind: unknown,
  module: string,
): readonly [string, string | true] {
  const plain = typeof target === 'string' ? PERMISSION_TABLE[name].plain(target) : undefined;
  if (plain === undefined || plain === '')
    throw invalid(`grant.${name} names ${JSON.stringify(target)}, which is no target of it`, module);
  // A dot is the target itself, as in `{ "./templates": . }`.
  if (behind === true || (behind === '.' && name.startsWith('fs.'))) return [plain, true];
  const mapped = MAPPED[name];
  const isText =
    typeof behind === 'string' || (name === 'env' && ['number', 'boolean'].includes(typeof behind));
  if (mapped === undefined) throw invalid(`grant.${name} is a list and maps nothing`, module);
  if (!isText) throw invalid(`grant.${name} maps ${plain} to what is not ${mapped}`, module);
  return [plain, String(behind)];
}

function unknownKey(key: string, known: readonly string[], module: string): PhlowError {
  const hint = didYouMean(key, known);
  const list = hint === '' ? ` There are: ${known.join(', ')}` : hint;
  return invalid(`grant.${key} is no permission.${list}`, module);
}

function invalid(reason: string, module: string): PhlowError {
  const message = `Cannot read the grant of module "${module}": ${reason}`;
  return new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}
