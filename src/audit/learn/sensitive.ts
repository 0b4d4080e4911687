import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import type { PermissionName } from '../../sandbox/permission-table.js';
import { isPublicAddress } from '../../sandbox/broker/address.js';

/** Files that hold keys and passwords, by how they are called anywhere in a path. */
const SECRET_PATH =
  /(^|\/)(\.env(\.[\w.-]+)?|\.npmrc|\.netrc|\.pypirc|\.pgpass|\.git-credentials|\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.docker|id_(rsa|dsa|ecdsa|ed25519)|shadow|credentials(\.\w+)?|secrets?(\.\w+)?|[^/]+\.(pem|key|p12|pfx|kdbx|keystore))(\/|$)/i;

/** Variables that hold keys and passwords, by the words in their names. */
const SECRET_NAME =
  /(^|_)(KEY|APIKEY|TOKEN|SECRET|SECRETS|PASS|PASSWD|PASSWORD|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE|SESSION|PRIVATE|DSN|PAT)(_|$)|_URL$|_URI$/i;

/** Variables that reveal only what anybody may know about a machine. */
const HARMLESS_NAME = /^(TZ|LANG|LANGUAGE|LC_[A-Z]+|NODE_ENV|NO_COLOR|FORCE_COLOR|TERM|COLUMNS|LINES)$/;

/** Folders that hold more than one module has any business with. */
const WHOLE: ReadonlySet<string> = new Set([
  '.',
  '/',
  '/etc',
  '/home',
  '/root',
  '/usr',
  '/var',
  '/proc',
  '/sys',
  '/dev',
  tmpdir(),
]);

/** True for a variable whose value a module may be shown without anybody’s word. */
export function isHarmlessName(name: string): boolean {
  return HARMLESS_NAME.test(name);
}

/** True for a path that is likely to hold keys or passwords. */
export function isSecretPath(path: string): boolean {
  return SECRET_PATH.test(path);
}

/** True for a `host:port` of this machine or its local network, as far as it is written so. */
export function isPrivatePlace(place: string): boolean {
  const host = place.slice(0, place.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? /(^|\.)(localhost|local|internal|lan|home)$/i.test(host) : !isPublicAddress(host);
}

/** Why an owner should look twice at one thing that a module asks for; undefined when nothing speaks against it by its looks. */
export function cautionOf(permission: PermissionName, target: string): string | undefined {
  if (permission === 'env' && SECRET_NAME.test(target)) return 'its name says that it contains a secret';
  if (permission === 'net.connect' && isPrivatePlace(target)) return 'it is inside your own network';
  if (permission !== 'fs.read' && permission !== 'fs.write') return undefined;
  if (isSecretPath(target)) return 'files with this name contain keys and passwords';
  if (target === '.') return 'it is all of its own folder, with its code';
  if (WHOLE.has(target)) return 'it is very wide: other programs keep their files there';
  return target.startsWith('/')
    ? 'it is a path of this machine, and may be another one elsewhere'
    : undefined;
}
