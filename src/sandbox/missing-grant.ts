import { PhlowError } from '../errors.js';
import type { Manifest } from '../manifest/manifest.js';
import { isMap } from '../values.js';
import { grantData, grantScript, grantYaml, type GrantData } from './grant-text.js';
import type { Grant, GrantPlace } from './grants.js';
import { PERMISSION_TABLE, type RequestedPermission } from './permission-table.js';
import type { PermissionScene } from './permissions.js';
import { grantWithout, notAskedFor, notAskedForText } from './unused-grants.js';
import { shellText, visibleJson, visibleLine } from '../visible-text.js';

/**
 * The error of a module that asks for more than it was granted: what it wants in plain words with the author's reason, and the exact lines
 * that would grant it, which hold what was granted already.
 */
export function missingGrant(
  manifest: Manifest,
  scene: Pick<PermissionScene, 'module' | 'loadName' | 'grantPlace'>,
  missing: readonly RequestedPermission[],
  grant: Grant,
): PhlowError {
  const { module, loadName = module, grantPlace: place } = scene;
  const unused = notAskedFor(manifest, grant);
  const own = grantData(missing, grantWithout(grant, unused));
  const data =
    place === undefined ? own : grantInside(place.unknown.reduce(without, place.whole), place.path, own);
  const lines = missing.map((request) => `  - ${requestText(request, manifest)}`);
  const count = missing.length === 1 ? 'a permission that was' : `${missing.length} permissions that were`;
  const message = [
    `Cannot load module "${module}": it asks for ${count} not granted. It wants to`,
    ...lines,
    ...unused.map((one) => notAskedForText(manifest, one)),
    ...howToGrant(loadName, data, place),
  ].join('\n');
  const [first] = missing;
  return new PhlowError('PHLOW_GRANT_MISSING', message, {
    place: first === undefined ? undefined : manifest.placeOf(first.pointer),
    details: {
      module,
      missing: missing.map(({ permission, target }) => ({ permission, target })),
      grant: data,
    },
  });
}

/** A grant as it is typed in a shell. */
export function grantArgument(data: GrantData): string {
  return `--grant '${visibleJson(JSON.stringify(data)).replaceAll("'", `'\\''`)}'`;
}

/** Lines that work as they stand, wherever the owner is to write them. */
function howToGrant(loadName: string, data: GrantData, place: GrantPlace | undefined): readonly string[] {
  const argument = grantArgument(data);
  if (place?.file !== undefined) {
    return [
      'If you trust it with that, grant it where the flow is opened:',
      `    phlow run ${shellText(place.file)} ${argument}`,
      'and pass the same --grant to phlow test, check, audit and bench;',
      'or, from code:',
      `    openFlow(${grantScript(place.file)}, { grant: ${grantScript(data)} })`,
    ];
  }
  if (place?.entry !== undefined) {
    return [
      `If you trust it with that, the entry "${visibleLine(place.entry)}" under "modules:" in your flow needs:`,
      indented(grantYaml(data)),
    ];
  }
  return [
    `If you trust it with that, its entry under "modules:" in the flow needs:`,
    indented(grantYaml(data)),
    'or, from code:',
    `    host.load(${grantScript(loadName)}, { grant: ${grantScript(data)} })`,
    'or, on the command line:',
    `    ${argument}`,
  ];
}

/** What is granted at a place, with the grant of one module inside of it in its place. */
export function grantInside(whole: unknown, [name, ...path]: readonly string[], data: GrantData): GrantData {
  if (name === undefined) return data;
  const outer = isMap(whole) ? whole : {};
  const inside = isMap(outer['inside']) ? outer['inside'] : {};
  const inner = Object.hasOwn(inside, name) ? inside[name] : undefined;
  return { ...outer, inside: { ...inside, [name]: grantInside(inner, path, data) } };
}

/** What is granted at a place but for one module inside of it. */
function without(whole: unknown, [name, ...path]: readonly string[]): unknown {
  const inside = isMap(whole) ? whole['inside'] : undefined;
  if (!isMap(whole) || !isMap(inside) || name === undefined || !Object.hasOwn(inside, name)) return whole;
  const { [name]: inner, ...others } = inside;
  return { ...whole, inside: path.length === 0 ? others : { ...others, [name]: without(inner, path) } };
}

/** One ask as a person reads it, with the reason that the manifest gives: `read templates in its own folder (fs.read ./templates): "fill invoices"`. */
export function requestText(
  { permission, target }: Pick<RequestedPermission, 'permission' | 'target'>,
  manifest?: Manifest,
): string {
  const row = PERMISSION_TABLE[permission];
  const reason = manifest && reasonOf(manifest, permission);
  const name = row.isScalar ? permission : `${permission} ${visibleLine(target)}`;
  return `${visibleLine(row.words(target))} (${name})${reason === undefined ? '' : `: "${visibleLine(reason)}"`}`;
}

/** The author's own reason for a permission; also `fs` for both of its parts. */
export function reasonOf(manifest: Manifest, permission: string): string | undefined {
  const { reason } = manifest.permissions;
  for (const name of [permission, permission.split('.')[0] ?? permission])
    if (Object.hasOwn(reason, name)) return reason[name];
  return undefined;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
