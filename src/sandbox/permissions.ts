import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { PhlowError } from '../errors.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import {
  UNASKED,
  type Effective,
  type FolderGrant,
  type ListenGrant,
  type NetGrant,
  type Place,
} from './effective.js';
import { NO_GRANT, type Grant, type GrantPlace } from './grants.js';
import { below, parseGuestPath } from './guest-path.js';
import { missingGrant } from './missing-grant.js';
import {
  ANY,
  requestedPermissions,
  PERMISSION_TABLE,
  type RequestedPermission,
  type PermissionName,
} from './permission-table.js';

/** Where and for whom permissions are settled. */
export interface PermissionScene {
  /** The instance's name, for messages and for the folder of its data. */
  readonly module: string;
  /** What `host.load` finds it by from the base folder; absent: its name. */
  readonly loadName?: string | undefined;
  readonly level: IsolationLevel;
  /** The module's folder: what `./` means in its manifest. */
  readonly folder: string;
  /** The instance's data folder: what `$DATA` means. */
  readonly dataFolder: string;
  /** What a relative path in a grant starts from: the flow's folder, or the current one. */
  readonly baseFolder: string;
  /** Where the owner grants things to it, when that is not its own entry of his flow. */
  readonly grantPlace?: GrantPlace | undefined;
  /** The host's own variables; a granted name without a value is copied from here. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One thing that was asked for and granted: the narrower of the two, and what stands behind it. */
interface Met {
  readonly target: string;
  readonly granted: string;
  readonly behind: string | true;
  /** True: nobody granted it, and the module can do it by itself at its level. */
  readonly isAmbient?: true;
}

/** Capabilities that a level cannot hand out in parts: a module that needs them has to run at one of these levels. */
const ONLY_AT: Partial<Readonly<Record<PermissionName, readonly IsolationLevel[]>>> = {
  builtins: ['inline', 'trusted', 'guarded'],
  childProcess: ['inline', 'trusted'],
};

/**
 * What the module may do: asked and granted, the narrower of the two. At `inline` and `trusted` the module has the process's own capabilities
 * whatever it asks for, so without a grant it gets what it asks; everywhere else nothing is given that was not granted.
 * Throws PHLOW_GRANT_MISSING with the lines to add, or PHLOW_OPTION_INVALID for a grant that leads nowhere.
 */
export function effectivePermissions(
  manifest: Manifest,
  grant: Grant | undefined,
  scene: PermissionScene,
): Effective {
  const requested = requestedPermissions(manifest.permissions);
  const isAmbient = grant === undefined && (scene.level === 'inline' || scene.level === 'trusted');
  assertLevelCan(requested, manifest, scene);
  const met = new Map(
    requested.map((request) => [request, isAmbient ? [asAsked(request)] : meet(request, grant ?? NO_GRANT)]),
  );
  const { optional } = manifest.permissions;
  const missing = requested.filter(
    (request) => met.get(request)?.length === 0 && !optional.includes(request.permission),
  );
  if (missing.length > 0) {
    throw missingGrant(manifest, scene, missing, grant ?? NO_GRANT);
  }
  const all = (permission: PermissionName): readonly Met[] =>
    requested
      .filter((request) => request.permission === permission)
      .flatMap((request) => met.get(request) ?? []);
  const targets = (permission: PermissionName): readonly string[] =>
    all(permission).map(({ target }) => target);
  return {
    module: scene.module,
    fs: {
      read: all('fs.read').flatMap((one) => folderGrants(one, scene)),
      write: all('fs.write').flatMap((one) => folderGrants(one, scene)),
    },
    net: all('net.connect').map((one) => netGrant(one, scene.module)),
    insecureTls: targets('net.insecureTls').map(placeOf),
    listen: targets('net.listen').map(listenGrant),
    env: Object.fromEntries(all('env').flatMap((one) => envPair(one, scene))),
    timers: {
      max: Math.min(manifest.permissions.timers.max ?? UNASKED.timers.max, UNASKED.timers.max),
      minDelayMs: Math.max(manifest.permissions.timers.minDelayMs ?? 0, UNASKED.timers.minDelayMs),
    },
    clock: manifest.permissions.clock ?? UNASKED.clock,
    crypto: targets('crypto').includes('subtle') ? ['random', 'subtle'] : ['random'],
    modules: targets('modules'),
    terminal: all('terminal').length > 0,
    wasm: all('wasm').length > 0,
    childProcess: all('childProcess').length > 0,
    builtins: targets('builtins'),
  };
}

function asAsked(request: RequestedPermission): Met {
  return { target: request.target, granted: request.target, behind: true, isAmbient: true };
}

function meet(request: RequestedPermission, grant: Grant): readonly Met[] {
  const row = PERMISSION_TABLE[request.permission];
  return [...(grant.get(request.permission) ?? [])].flatMap(([granted, behind]) => {
    const target = row.meet(request.target, granted);
    return target === undefined ? [] : [{ target, granted, behind }];
  });
}

function assertLevelCan(
  requested: readonly RequestedPermission[],
  manifest: Manifest,
  scene: PermissionScene,
): void {
  const refused = requested.find((request) => ONLY_AT[request.permission]?.includes(scene.level) === false);
  if (refused === undefined) return;
  const { permission, target, pointer } = refused;
  const levels = (ONLY_AT[permission] ?? []).filter((level) => level !== 'inline').join(' or ');
  const wants = PERMISSION_TABLE[permission].words(target);
  const message = `Cannot load module "${scene.module}" at level ${scene.level}: it wants to ${wants}, which no grant can give there; if you know its author, load it with isolation: ${levels}`;
  throw new PhlowError('PHLOW_GRANT_MISSING', message, {
    place: manifest.placeOf(pointer),
    details: { module: scene.module, level: scene.level, missing: [{ permission, target }] },
  });
}

/** Everything is the whole machine, which has two names: relative paths and absolute ones. */
function folderGrants(met: Met, scene: PermissionScene): readonly FolderGrant[] {
  if (met.target !== ANY) return [folderGrant(met, scene)];
  return ['.', '/'].map((target) => folderGrant({ ...met, target, granted: target }, scene));
}

function folderGrant({ target, granted, behind }: Met, scene: PermissionScene): FolderGrant {
  const path = parseGuestPath(target);
  const base =
    granted === ANY && typeof path !== 'string' ? { ...path, segments: [] } : parseGuestPath(granted);
  if (typeof path === 'string' || typeof base === 'string')
    throw new PhlowError(
      'PHLOW_OPTION_INVALID',
      `Cannot grant ${target} to module "${scene.module}": it is no path`,
    );
  if (behind !== true)
    return { asked: target, path: join(resolve(scene.baseFolder, behind), ...(below(path, base) ?? [])) };
  const root = { module: scene.folder, data: scene.dataFolder, absolute: '/' }[path.root];
  return { asked: target, path: join(root, ...path.segments) };
}

function netGrant({ target, behind, isAmbient }: Met, module: string): NetGrant {
  const { host, port } = placeOf(target);
  // What could connect anywhere by itself is not kept from private addresses.
  const reach = target === ANY && isAmbient === true ? { isAnywhere: true } : {};
  if (behind === true) return { host, port, to: undefined, ...reach };
  // An address alone keeps the port that was asked for.
  const written = isIP(behind) === 0 ? behind : `${isIP(behind) === 6 ? `[${behind}]` : behind}:${port}`;
  const plain = PERMISSION_TABLE['net.connect'].plain(written);
  if (plain !== undefined && plain !== ANY) return { host, port, to: hostAndPort(plain) };
  const message = `Cannot grant ${target} to module "${module}": "${behind}" is not a host and a port, such as 10.0.0.5:443`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
}

function placeOf(target: string): Place {
  return target === ANY ? { host: ANY, port: 0 } : hostAndPort(target);
}

function listenGrant(target: string): ListenGrant {
  const at = target.lastIndexOf(':');
  const [host, port] = [target.slice(0, at).replace(/^\[|\]$/g, ''), target.slice(at + 1)];
  return { host: host === '*' ? undefined : host, port: port === '*' ? undefined : Number(port) };
}

function hostAndPort(place: string): Place {
  const at = place.lastIndexOf(':');
  return { host: place.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(place.slice(at + 1)) };
}

function envPair({ target, behind }: Met, scene: PermissionScene): readonly (readonly [string, string])[] {
  const value = behind === true ? scene.env[target] : behind;
  return value === undefined ? [] : [[target, value]];
}
