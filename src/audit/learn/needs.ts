import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import type { Permissions } from '../../manifest/manifest.js';
import type { Grant } from '../../sandbox/grants.js';
import { guestPathText, parseGuestPath } from '../../sandbox/guest-path.js';
import {
  PERMISSION_NAMES,
  PERMISSION_TABLE,
  type PermissionName,
  type PermissionUse,
} from '../../sandbox/permission-table.js';
import { compareText } from '../../values.js';
import { isPrivatePlace, isSecretPath } from './sensitive.js';

/** One thing that a module needs: what it asks for in its manifest. */
export interface Need {
  readonly permission: PermissionName;
  readonly target: string;
}

/** Where a module under `learn` runs, to distinguish its own folders from the rest of the machine. */
export interface LearningPlaces {
  readonly folder: string;
  /** What stands behind `$DATA` and behind the folder for temporary files; both empty at first. */
  readonly scratch: string;
  readonly level: 'guarded' | 'sandboxed' | 'isolated';
}

/** The folder that takes the place of the machine's own one for temporary files. */
export function scratchTemp(scratch: string): string {
  return join(scratch, 'tmp');
}

/** What a module was seen to need, growing from round to round. */
export class Needs {
  readonly #needs = new Map<string, Need>();
  readonly #places: LearningPlaces;
  readonly #owner: Grant;
  /** What it tried and no one should grant without thinking. */
  readonly refused = new Set<string>();

  /** @param owner what may be used without thinking: its owner’s word */
  constructor(places: LearningPlaces, owner: Grant) {
    this.#places = places;
    this.#owner = owner;
  }

  /** Takes note of a use; true when it is new and can be granted in the next round. */
  add({ permission, target }: PermissionUse): boolean {
    const plain =
      permission === undefined
        ? this.#refusal(`${target}: no permission gives that at this level`)
        : this.#plain(permission, target);
    return permission !== undefined && plain !== undefined && this.take({ permission, target: plain });
  }

  /** Takes note of a need; true when it is new. */
  take(need: Need): boolean {
    const key = `${need.permission} ${need.target}`;
    if (this.#needs.has(key)) return false;
    this.#needs.set(key, need);
    return true;
  }

  /** In the order in which a manifest lists them. */
  all(): readonly Need[] {
    const place = ({ permission }: Need): number => PERMISSION_NAMES.indexOf(permission);
    return [...this.#needs.values()].sort((a, b) => place(a) - place(b) || compareText(a.target, b.target));
  }

  #plain(permission: PermissionName, target: string): string | undefined {
    switch (permission) {
      case 'fs.read':
      case 'fs.write':
        return this.#path(permission, target);
      case 'net.connect':
        if (!/^.+:\d+$/.test(target)) return this.#refusal(`net.connect ${target}`);
        return isPrivatePlace(target)
          ? this.#ownersWord(permission, target, 'is inside your network')
          : target;
      case 'net.insecureTls':
        return this.#ownersWord(permission, target, 'would be trusted with any certificate');
      case 'net.listen':
        // All who reach the port reach the module: a trial run opens none that its owner has not named.
        return this.#ownersWord(permission, target, 'would take requests');
      case 'env':
        // A variable that is not there makes no difference on this machine.
        return process.env[target] === undefined && !this.#mayUse(permission, target) ? undefined : target;
      case 'childProcess':
        return this.#refusal(
          `childProcess ${target}: it wants to start programs, which requires level trusted`,
        );
      default:
        return target;
    }
  }

  /** A path of the machine is nothing that a run on this machine should decide about, unless its owner said so. */
  #path(permission: 'fs.read' | 'fs.write', target: string): string | undefined {
    const path = parseGuestPath(target);
    if (typeof path === 'string') return this.#refusal(`${permission} ${target}: ${path}`);
    const plain = guestPathText(path);
    if (path.root !== 'absolute')
      return isSecretPath(plain)
        ? this.#ownersWord(permission, plain, 'may contain keys or passwords')
        : plain;
    const own = this.#places.level === 'guarded' ? ownPath(plain, this.#places) : undefined;
    return own ?? this.#ownersWord(permission, plain, 'is outside its own folders');
  }

  #ownersWord(permission: PermissionName, target: string, why: string): string | undefined {
    if (this.#mayUse(permission, target)) return target;
    const [top = '', inner] = permission.split('.');
    const grant = { [top]: inner === undefined ? [target] : { [inner]: [target] } };
    return this.#refusal(
      `${permission} ${target} ${why}; to try with it: --grant '${JSON.stringify(grant)}'`,
    );
  }

  #mayUse(permission: PermissionName, target: string): boolean {
    const { meet } = PERMISSION_TABLE[permission];
    return [...(this.#owner.get(permission)?.keys() ?? [])].some(
      (granted) => meet(target, granted) === target,
    );
  }

  #refusal(reason: string): string | undefined {
    this.refused.add(reason);
    return undefined;
  }
}

/** A path that Node was asked for, as the manifest names it: in the module's own folder, or for temporary files. */
function ownPath(path: string, { folder, scratch }: LearningPlaces): string | undefined {
  const inside = (base: string): boolean => path === base || path.startsWith(base + sep);
  if (inside(folder)) return `.${path.slice(folder.length)}`;
  // Names there are made up again each time, so only the folder as a whole can be asked for.
  return inside(scratchTemp(scratch)) ? resolve(tmpdir()) : undefined;
}

/** Needs as the manifest's permissions; what learning knows nothing about stays as in `base`. */
export function permissionsFor(needs: readonly Need[], base: Permissions): Permissions {
  const targets = (permission: PermissionName): readonly string[] =>
    needs.filter((need) => need.permission === permission).map(({ target }) => target);
  return {
    ...base,
    fs: { read: targets('fs.read'), write: targets('fs.write') },
    net: {
      connect: targets('net.connect'),
      insecureTls: targets('net.insecureTls'),
      listen: targets('net.listen'),
    },
    modules: targets('modules'),
    env: targets('env'),
    crypto: targets('crypto').length > 0 ? ['random', 'subtle'] : [],
    clock: targets('clock').length > 0 ? 'precise' : undefined,
    wasm: targets('wasm').length > 0,
    childProcess: false,
    builtins: [],
  };
}

/** Two or more files of one folder become that folder: other inputs lead to other files of it. Never the module's own folder as a whole. */
export function widened(needs: readonly Need[]): readonly Need[] {
  const folderOf = (target: string): string => target.slice(0, target.lastIndexOf('/'));
  const wide = needs.map((need) => {
    const { permission, target } = need;
    if (!permission.startsWith('fs.') || isSecretPath(target)) return need;
    const folder = folderOf(target);
    const isShared = needs.some(
      (other) =>
        other !== need &&
        other.permission === permission &&
        (other.target === folder || folderOf(other.target) === folder),
    );
    return isShared && !['.', ''].includes(folder) ? { permission, target: folder } : need;
  });
  return [...new Map(wide.map((need) => [`${need.permission} ${need.target}`, need])).values()];
}
