import type { Manifest } from '../manifest/manifest.js';
import { didYouMean } from '../nearest.js';
import { visibleLine } from '../visible-text.js';
import type { Granted } from './grant-text.js';
import type { Grant } from './grants.js';
import { PERMISSION_TABLE, requestedPermissions } from './permission-table.js';

/** What was granted and not asked for: harmless, and often a slip of the pen. As `fs.read ./templates`. */
export function unusedGrants(manifest: Manifest, grant: Grant): readonly string[] {
  return notAskedFor(manifest, grant).map(({ permission, target }) => `${permission} ${target}`);
}

/** The same in parts. */
export function notAskedFor(manifest: Manifest, grant: Grant): readonly Granted[] {
  const requested = requestedPermissions(manifest.permissions);
  return [...grant].flatMap(([permission, targets]) =>
    [...targets.keys()]
      .filter(
        (target) =>
          !(permission === 'crypto' && target === 'random') && !(permission === 'clock' && target === 'ms'),
      )
      .filter((target) => {
        const { meet: common } = PERMISSION_TABLE[permission];
        return !requested.some(
          (request) => request.permission === permission && common(request.target, target) !== undefined,
        );
      })
      .map((target) => ({ permission, target })),
  );
}

/** A sentence about something that was granted and not asked for, with what was most likely meant. */
export function notAskedForText(manifest: Manifest, { permission, target }: Granted): string {
  const asked = requestedPermissions(manifest.permissions).flatMap((one) =>
    one.permission === permission ? [visibleLine(one.target)] : [],
  );
  const shown = visibleLine(target);
  return `It does not ask for ${permission} ${shown}.${didYouMean(shown, asked)}`;
}

/** A grant without some of what it holds. */
export function grantWithout(grant: Grant, without: readonly Granted[]): Grant {
  return new Map(
    [...grant].map(([permission, targets]) => [
      permission,
      new Map(
        [...targets].filter(
          ([target]) => !without.some((one) => one.permission === permission && one.target === target),
        ),
      ),
    ]),
  );
}
