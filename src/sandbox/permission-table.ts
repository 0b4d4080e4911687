import type { Permissions } from '../manifest/manifest.js';
import { below, guestPathText, parseGuestPath } from './guest-path.js';

/** One permission that a module used or was refused, as `onPermissionUse` reports it. */
export interface PermissionUse {
  /** The permission behind it; undefined when none gives it at the module's level. */
  readonly permission: PermissionName | undefined;
  /** The path, `host:port`, variable or module name; what was tried, in Node's words, when no permission gives it. */
  readonly target: string;
  readonly outcome: 'done' | 'denied' | 'failed';
}

/** The permissions a manifest can ask for, by their dotted names. */
export const PERMISSION_NAMES = [
  'fs.read',
  'fs.write',
  'net.connect',
  'net.insecureTls',
  'net.listen',
  'env',
  'modules',
  'crypto',
  'clock',
  'terminal',
  'wasm',
  'builtins',
  'childProcess',
] as const;

/** The dotted name of a permission. */
export type PermissionName = (typeof PERMISSION_NAMES)[number];

/** One thing that a manifest asks for: `fs.read` of `./templates`. */
export interface RequestedPermission {
  readonly permission: PermissionName;
  /** In plain form, so that two spellings of one target are equal. */
  readonly target: string;
  /** Where the manifest says so. */
  readonly pointer: string;
}

/** The target of a module that is for whatever its owner names: the folders of a file module, the hosts of an HTTP client. */
export const ANY = '*';

/** What is known about one permission; a new permission is a new row. */
export interface PermissionRow {
  /** The targets as the manifest writes them. */
  readonly asked: (permissions: Permissions) => readonly string[];
  /** Where the manifest lists them. */
  readonly pointer: string;
  /** True when the manifest says yes or no, or one word, instead of a list. */
  readonly isScalar: boolean;
  /** The plain form of a target, or undefined when it is none. */
  readonly plain: (target: string) => string | undefined;
  /** What two targets have in common; undefined when nothing. */
  readonly meet: (asked: string, granted: string) => string | undefined;
  /** What the module could then do, in plain words after "It wants to". */
  readonly words: (target: string) => string;
  /** What the owner might name where the module asks for `*`; undefined where no module can. */
  readonly example?: string;
  /** What that could cost the owner; undefined when little. */
  readonly risk: string | undefined;
}

const same = (asked: string, granted: string): string | undefined => (asked === granted ? asked : undefined);
const asIs = (target: string): string => target;

function plainPath(target: string): string | undefined {
  if (target === ANY) return ANY;
  const path = parseGuestPath(target);
  return typeof path === 'string' ? undefined : guestPathText(path);
}

/** Of two paths the one that lies in the other; `*` holds every path. */
function meetPaths(asked: string, granted: string): string | undefined {
  if (asked === ANY || granted === ANY) return asked === ANY ? granted : asked;
  const [a, g] = [parseGuestPath(asked), parseGuestPath(granted)];
  if (typeof a === 'string' || typeof g === 'string') return undefined;
  if (below(a, g) !== undefined) return asked;
  return below(g, a) === undefined ? undefined : granted;
}

/** `host:port` with the host in lower case and without brackets' zone; undefined for what is none. */
function plainPlace(target: string): string | undefined {
  if (target === ANY) return ANY;
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(target) ?? [];
  return host === '' || Number(port) > 65_535 ? undefined : `${host.toLowerCase()}:${Number(port)}`;
}

/** A name under a star is narrower than the star, and `*` alone holds every place. */
function meetPlaces(asked: string, granted: string): string | undefined {
  if (asked === ANY || granted === ANY) return asked === ANY ? granted : asked;
  if (asked === granted) return asked;
  const isUnder = (name: string, star: string): boolean =>
    star.startsWith('*.') && name.endsWith(star.slice(1));
  if (isUnder(asked, granted)) return asked;
  return isUnder(granted, asked) ? granted : undefined;
}

function placeWords(target: string): string {
  if (target === ANY) return 'send data to the hosts that you name and read the answers';
  const at = target.lastIndexOf(':');
  const host = target.slice(0, at);
  const name = host.startsWith('*.') ? `any name under ${host.slice(2)}` : host;
  return `send data to ${name} (port ${target.slice(at + 1)}) and read the answers`;
}

/** An address and a port, or a star in the place of one; as `plainPlace` otherwise. */
function plainListen(target: string): string | undefined {
  const [, host = '', port = ''] = /^(.+):(\*|\d{1,5})$/.exec(target) ?? [];
  if (host === '' || Number(port) > 65_535) return undefined;
  return `${host.toLowerCase()}:${port === '*' ? port : Number(port)}`;
}

/** A star stands for everything. */
function meetListen(asked: string, granted: string): string | undefined {
  const [a, g] = [hostAndPort(asked), hostAndPort(granted)];
  const meetPart = (one: string, other: string): string | undefined =>
    one === other || other === '*' ? one : one === '*' ? other : undefined;
  const host = meetPart(a.host, g.host);
  const port = meetPart(a.port, g.port);
  return host === undefined || port === undefined ? undefined : `${host}:${port}`;
}

function hostAndPort(place: string): { readonly host: string; readonly port: string } {
  const at = place.lastIndexOf(':');
  return { host: place.slice(0, at), port: place.slice(at + 1) };
}

function listenWords(target: string): string {
  const { host, port } = hostAndPort(target);
  const ports = port === '*' ? 'any port' : `port ${port}`;
  return `take requests on ${ports} of ${host === '*' ? 'any address of this machine' : host}`;
}

function pathWords(target: string): string {
  if (target === ANY) return 'the files and folders that you name';
  if (target === '.') return 'its own folder';
  if (target.startsWith('./')) return `${target.slice(2)} in its own folder`;
  if (target === '$DATA') return 'its data folder';
  return target.startsWith('$DATA/') ? `${target.slice(6)} in its data folder` : `${target} on this machine`;
}

/** Everything that can be asked for: how it reads, how two of it compare, and what it means for a person. */
export const PERMISSION_TABLE: Readonly<Record<PermissionName, PermissionRow>> = {
  'fs.read': {
    asked: (permissions) => permissions.fs.read,
    pointer: '/permissions/fs/read',
    isScalar: false,
    plain: plainPath,
    meet: meetPaths,
    words: (target) => `read ${pathWords(target)}`,
    example: './data',
    risk: undefined,
  },
  'fs.write': {
    asked: (permissions) => permissions.fs.write,
    pointer: '/permissions/fs/write',
    isScalar: false,
    plain: plainPath,
    meet: meetPaths,
    words: (target) => `create, change and delete files in ${pathWords(target)}`,
    example: './data',
    risk: 'what is there can be lost; what it writes there may be run or read by others',
  },
  'net.connect': {
    asked: (permissions) => permissions.net.connect,
    pointer: '/permissions/net/connect',
    isScalar: false,
    plain: plainPlace,
    meet: meetPlaces,
    words: placeWords,
    example: 'api.example.com:443',
    risk: 'whatever the module knows can be sent there',
  },
  'net.insecureTls': {
    asked: (permissions) => permissions.net.insecureTls,
    pointer: '/permissions/net/insecureTls',
    isScalar: false,
    plain: plainPlace,
    meet: meetPlaces,
    words: (target) =>
      target === ANY
        ? 'take any certificate for that of the hosts that you name'
        : `take any certificate for that of ${target}`,
    example: '10.0.0.5:8443',
    risk: 'a machine in between can read and change what is sent and answered',
  },
  'net.listen': {
    asked: (permissions) => permissions.net.listen,
    pointer: '/permissions/net/listen',
    isScalar: false,
    plain: plainListen,
    meet: meetListen,
    words: listenWords,
    risk: 'all who reach that port can send it requests',
  },
  env: {
    asked: (permissions) => permissions.env,
    pointer: '/permissions/env',
    isScalar: false,
    plain: asIs,
    meet: same,
    words: (target) => `know the environment variable ${target}`,
    risk: undefined,
  },
  modules: {
    asked: (permissions) => permissions.modules,
    pointer: '/permissions/modules',
    isScalar: false,
    plain: asIs,
    meet: same,
    words: (target) => `send packages to the module "${target}"`,
    risk: 'it can make that module use its own permissions',
  },
  crypto: {
    // Random numbers need no grant: everybody has them.
    asked: (permissions) => permissions.crypto.filter((name) => name !== 'random'),
    pointer: '/permissions/crypto',
    isScalar: false,
    plain: asIs,
    meet: same,
    words: () => 'encrypt, sign and hash with keys of its own (WebCrypto)',
    risk: undefined,
  },
  clock: {
    asked: (permissions) => (permissions.clock === 'precise' ? ['precise'] : []),
    pointer: '/permissions/clock',
    isScalar: true,
    plain: asIs,
    meet: same,
    words: () => 'measure time more finely than a millisecond',
    risk: 'a fine clock helps to spy on the processor’s caches',
  },
  terminal: {
    asked: (permissions) => (permissions.terminal ? ['true'] : []),
    pointer: '/permissions/terminal',
    isScalar: true,
    plain: asIs,
    meet: same,
    words: () =>
      'be a command: read its arguments and standard input, write to standard output, set the exit code',
    risk: undefined,
  },
  wasm: {
    asked: (permissions) => (permissions.wasm ? ['true'] : []),
    pointer: '/permissions/wasm',
    isScalar: true,
    plain: asIs,
    meet: same,
    words: () => 'run WebAssembly',
    risk: 'WebAssembly makes attacks on the engine and the processor easier',
  },
  builtins: {
    asked: (permissions) => permissions.builtins,
    pointer: '/permissions/builtins',
    isScalar: false,
    plain: (target) => (target.startsWith('node:') ? target : `node:${target}`),
    meet: same,
    words: (target) => `use ${target} of Node.js directly`,
    risk: 'what Node.js gives directly is not brokered',
  },
  childProcess: {
    asked: (permissions) => (permissions.childProcess ? ['true'] : []),
    pointer: '/permissions/childProcess',
    isScalar: true,
    plain: asIs,
    meet: same,
    words: () => 'start other programs',
    risk: 'a program it starts is held to nothing',
  },
};

/** All that a manifest asks for, in the table's order. Targets that have no plain form are left as they are: no grant matches them. */
export function requestedPermissions(permissions: Permissions): readonly RequestedPermission[] {
  return PERMISSION_NAMES.flatMap((permission) => {
    const { asked, pointer, isScalar, plain } = PERMISSION_TABLE[permission];
    const written: readonly string[] = permission === 'crypto' ? permissions.crypto : asked(permissions);
    return asked(permissions).map((target) => ({
      permission,
      target: plain(target) ?? target,
      pointer: isScalar ? pointer : `${pointer}/${written.indexOf(target)}`,
    }));
  });
}
