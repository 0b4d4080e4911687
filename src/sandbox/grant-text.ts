import { yaml } from '../yaml-package.js';
import { visibleJson, hiddenIn } from '../visible-text.js';
import { NO_GRANT, type Grant } from './grants.js';
import { ANY, PERMISSION_NAMES, PERMISSION_TABLE, type PermissionName } from './permission-table.js';

/** A grant as plain data in the shape a person writes it. */
export type GrantData = Readonly<Record<string, unknown>>;

/** One thing to grant. */
export interface Granted {
  readonly permission: PermissionName;
  readonly target: string;
}

/** A grant with more in it, in the shape a person writes; mappings stay mappings, everything else is a list. */
export function grantData(more: readonly Granted[], grant: Grant = NO_GRANT): GrantData {
  const data: Record<string, unknown> = {};
  for (const permission of PERMISSION_NAMES) {
    const targets = new Map<string, string | true>(grant.get(permission) ?? []);
    for (const one of more) if (one.permission === permission) targets.set(targetToGrant(one), true);
    if (targets.size === 0) continue;
    const [top = '', inner] = permission.split('.');
    const written = writtenTargets(permission, targets);
    if (inner === undefined) data[top] = written;
    else data[top] = { ...(data[top] as object | undefined), [inner]: written };
  }
  return data;
}

/** Where the module leaves it to the owner, something that he may put another name in the place of; never all there is. */
function targetToGrant({ permission, target }: Granted): string {
  return target === ANY ? (PERMISSION_TABLE[permission].example ?? target) : target;
}

/** The lines of a `grant:` key in a flow's `modules:` entry, one permission a line. */
export function grantYaml(data: GrantData, key = 'grant'): string {
  return [`${key}:`, ...Object.entries(data).map(([name, value]) => `  ${name}: ${inlineYaml(value)}`)].join(
    '\n',
  );
}

/** A grant as the argument of `host.load`, on one line. */
export function grantScript(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(grantScript).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : scriptText(key)}: ${grantScript(member)}`,
    );
    return `{ ${members.join(', ')} }`;
  }
  return typeof value === 'string' ? scriptText(value) : String(value);
}

/**
 * YAML on one line, so that it can be pasted anywhere: `{ read: [ "./templates" ] }`. With hidden characters in it, it is JSON, which YAML
 * includes and which can write them by their codes.
 */
export function inlineYaml(value: unknown): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' } as const;
  const text = yaml().stringify(value, options).trimEnd();
  return hiddenIn(text) === undefined ? text : visibleJson(JSON.stringify(value));
}

function writtenTargets(permission: PermissionName, targets: ReadonlyMap<string, string | true>): unknown {
  if (PERMISSION_TABLE[permission].isScalar) {
    const [only = ''] = targets.keys();
    return only === 'true' ? true : only;
  }
  const isPlainList = [...targets.values()].every((behind) => behind === true);
  return isPlainList ? [...targets.keys()] : Object.fromEntries(targets);
}

/** A text in quotes, as JavaScript writes it. */
export function scriptText(text: string): string {
  return `'${visibleJson(JSON.stringify(text)).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`;
}
