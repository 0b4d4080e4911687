import type { CapabilityUse } from '../../sandbox/broker/broker.js';
import { CAPABILITIES } from '../../sandbox/capabilities.js';
import { guestPathText, parseGuestPath } from '../../sandbox/guest-path.js';
import type { Permissions } from '../../manifest/manifest.js';
import { compareText } from '../../values.js';
import type { PowersInCode } from './powers-in-code.js';

/** The permissions that are granted while learning: those behind capabilities of the host. */
export type LearntPermission = (typeof CAPABILITIES)[keyof typeof CAPABILITIES]['permission'];

/** What a module was seen to need, growing from round to round. */
export class Needs {
  readonly #targets = new Map<LearntPermission, Set<string>>();
  /** What it tried and no one should grant without thinking, in words. */
  readonly refused = new Set<string>();

  /** Takes note of a use; true when it is new and can be granted in the next round. */
  add({ capability, target }: CapabilityUse): boolean {
    const { permission } = CAPABILITIES[capability];
    const plain = permission.startsWith('fs.') ? this.#plainPath(permission, target) : target;
    if (plain === undefined) return false;
    if (permission === 'net.connect' && !/^.+:\d+$/.test(plain)) {
      this.refused.add(`net.connect: ${plain}`);
      return false;
    }
    const targets = this.#targets.get(permission) ?? new Set<string>();
    this.#targets.set(permission, targets);
    if (targets.has(plain)) return false;
    targets.add(plain);
    return true;
  }

  #plainPath(permission: string, target: string): string | undefined {
    const path = parseGuestPath(target);
    // A path of the machine is nothing that a run on this machine should decide about.
    if (typeof path !== 'string' && path.root !== 'absolute') return guestPathText(path);
    this.refused.add(`${permission}: ${target}`);
    return undefined;
  }

  targets(permission: LearntPermission): readonly string[] {
    return [...(this.#targets.get(permission) ?? [])].sort(compareText);
  }

  /** As the manifest's permissions; files that share a folder become the folder when `isWide`. */
  permissions(code: PowersInCode, base: Permissions, isWide: boolean): Permissions {
    const paths = (permission: 'fs.read' | 'fs.write'): readonly string[] =>
      isWide ? widened(this.targets(permission)) : this.targets(permission);
    return {
      ...base,
      fs: { read: paths('fs.read'), write: paths('fs.write') },
      net: { connect: this.targets('net.connect') },
      modules: this.targets('modules'),
      env: code.env,
      crypto: code.usesSubtle ? ['random', 'subtle'] : [],
      clock: code.usesPreciseClock ? 'precise' : undefined,
      wasm: code.usesWasm,
      childProcess: false,
      builtins: [],
    };
  }
}

/** Two or more files of one folder become that folder, except the module's own folder and its data folder as a whole. */
function widened(paths: readonly string[]): readonly string[] {
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  const wide = paths.map((path) => {
    const folder = folderOf(path);
    const isWhole = folder === '.' || folder === '$DATA' || folder === '';
    const isShared = paths.some(
      (other) => other === folder || (other !== path && folderOf(other) === folder),
    );
    return !isWhole && isShared ? folder : path;
  });
  return [...new Set(wide)];
}
