import type { Manifest } from '../../manifest/manifest.js';
import { compareText } from '../../values.js';
import { PhlowError } from '../../errors.js';
import { requestText } from '../missing-grant.js';
import {
  requestedPermissions,
  PERMISSION_NAMES,
  PERMISSION_TABLE,
  type RequestedPermission,
} from '../permission-table.js';
import { visibleLine } from '../../visible-text.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { InnerModule } from './inner-modules.js';
import type { LockEntry } from './lock-file.js';

/** One thing that a module, or a module inside of it, asks for beyond what was accepted. */
export interface MoreAsked extends RequestedPermission {
  /** The module inside of the package that asks for it; undefined for the package itself. */
  readonly inside: string | undefined;
  /** The manifest that asks for it. */
  readonly manifest: Manifest;
}

/** One thing that was accepted, and that the module, or a module inside of it, no longer asks for. */
export interface LessAsked {
  readonly inside: string | undefined;
  /** As the lock writes it: a permission and its target. */
  readonly text: string;
}

/** How a module differs from what was accepted. */
export interface LockDiff {
  /** True when the lock knows nothing of the module. */
  readonly isNew: boolean;
  readonly isCodeChanged: boolean;
  /** What it asks for beyond what was accepted. */
  readonly more: readonly MoreAsked[];
  /** What it no longer asks for. */
  readonly less: readonly LessAsked[];
  /** What it takes from outside of its folder and was not accepted like that, as a person reads it. */
  readonly dependencies: readonly string[];
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * What a lock would say of a module as it is now. Throws PHLOW_LOCK_MISMATCH for one that reaches out of everything that can be hashed: nobody could
 * know what it will be at the next start.
 */
export function lockEntryOf(
  manifest: Manifest,
  { trees, outside, integrity }: Snapshot,
  inner: readonly InnerModule[] = [],
): LockEntry {
  const [first] = outside;
  if (first !== undefined) {
    const more = outside.length > 1 ? ` (and ${outside.length - 1} more)` : '';
    const message = `Cannot lock module "${visibleLine(manifest.name)}": ${visibleLine(first)}${more}, outside of what the module is made of; put a copy in its place`;
    throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { outside } });
  }
  const asking = new Map(
    inner
      .map(({ path, manifest: one }) => [path, requestedBy(one)] as const)
      .filter(([, requested]) => requested.length > 0),
  );
  return {
    version: manifest.version,
    integrity,
    permissions: requestedBy(manifest),
    inside: asking.size === 0 ? undefined : asking,
    dependencies: new Map(
      trees.slice(1).map(({ name, isDeclared, integrity: hash }) => [name, { integrity: hash, isDeclared }]),
    ),
  };
}

function requestedBy(manifest: Manifest): readonly string[] {
  return requestedPermissions(manifest.permissions).map(permissionText);
}

/** Compares what was accepted with what is there; undefined when nothing differs. */
export function lockDiff(
  accepted: LockEntry | undefined,
  now: LockEntry,
  manifest: Manifest,
  inner: readonly InnerModule[] = [],
): LockDiff | undefined {
  const isCodeChanged = accepted !== undefined && accepted.integrity !== now.integrity;
  // An older phlow wrote nothing of them, and the manifests are what they were, as all of the code is.
  const isInsideAccepted = accepted !== undefined && accepted.inside === undefined && !isCodeChanged;
  const diff: LockDiff = {
    isNew: accepted === undefined,
    isCodeChanged,
    more: [
      ...moreIn(manifest, accepted?.permissions, undefined),
      ...(isInsideAccepted
        ? []
        : inner.flatMap(({ path, manifest: one }) => moreIn(one, accepted?.inside?.get(path), path))),
    ],
    less: lessIn(accepted, now),
    dependencies: dependencyDiff(accepted, now),
    from: accepted?.version,
    to: now.version,
  };
  return diff.isNew || diff.isCodeChanged || diff.more.length > 0 || diff.less.length > 0 ? diff : undefined;
}

function moreIn(
  manifest: Manifest,
  accepted: readonly string[] | undefined,
  inside: string | undefined,
): readonly MoreAsked[] {
  return requestedPermissions(manifest.permissions)
    .filter((request) => accepted?.some((text) => covers(text, request)) !== true)
    .map((request) => ({ ...request, inside, manifest }));
}

function lessIn(accepted: LockEntry | undefined, now: LockEntry): readonly LessAsked[] {
  const own = (accepted?.permissions ?? []).filter((text) => !now.permissions.includes(text));
  const inside = [...(accepted?.inside ?? [])].flatMap(([path, texts]) =>
    texts
      .filter((text) => now.inside?.get(path)?.includes(text) !== true)
      .map((text) => ({ inside: path, text })),
  );
  return [...own.map((text) => ({ inside: undefined, text })), ...inside];
}

/** Whether all that differs is that a module asks for less than was accepted: that needs nobody's word, as long as the code is the one that was. */
export function isOnlyLess({ isNew, isCodeChanged, more }: LockDiff): boolean {
  return !isNew && !isCodeChanged && more.length === 0;
}

/** One ask as the lock names it, with the module inside of the package that it is for. */
export function moreText({ inside, permission, target }: MoreAsked): string {
  return lessText({ inside, text: permissionText({ permission, target }) });
}

/** One ask that is gone, as the lock names it, with the module inside of the package that it was for. */
export function lessText({ inside, text }: LessAsked): string {
  return inside === undefined ? text : `${inside}: ${text}`;
}

/** The diff as a person reads it: `+` is more than before, `-` is less. */
export function lockDiffText(diff: LockDiff): string {
  return [
    `  ${diff.isNew ? 'new' : 'changed'}${versionsText(diff)}${diff.isCodeChanged ? ', files differ' : ''}`,
    ...diff.dependencies.map((text) => `  ${visibleLine(text)}`),
    ...diff.more.map((more) => `  + ${insideText(more)}${requestText(more, more.manifest)}`),
    ...diff.less.map((less) => `  - ${insideText(less)}${acceptedText(less.text)}`),
    ...(diff.more.length === 0
      ? [diff.isNew ? '  it asks for nothing' : '  it asks for nothing more than before']
      : []),
  ].join('\n');
}

function versionsText({ isNew, from, to }: LockDiff): string {
  if (isNew || from === to) return to === undefined ? ' (without a version)' : `: ${visibleLine(to)}`;
  return `: ${visibleLine(from ?? 'no version')} -> ${visibleLine(to ?? 'no version')}`;
}

function insideText({ inside }: MoreAsked | LessAsked): string {
  return inside === undefined ? '' : `${visibleLine(inside)}: `;
}

/** What was accepted, in the words in which it would be asked for; as it stands where no permission is called so. */
function acceptedText(text: string): string {
  const accepted = acceptedPermission(text);
  return accepted === undefined ? visibleLine(text) : requestText(accepted);
}

/** What was accepted by an older phlow names no dependencies: then the hash of it all has to do. */
function dependencyDiff(accepted: LockEntry | undefined, now: LockEntry): readonly string[] {
  const before = accepted?.dependencies;
  if (accepted !== undefined && before === undefined) return [];
  const isOther = (name: string): boolean =>
    before?.get(name)?.integrity !== now.dependencies?.get(name)?.integrity;
  const names = [...new Set([...(before?.keys() ?? []), ...(now.dependencies?.keys() ?? [])])].sort(
    compareText,
  );
  return names.filter(isOther).map((name) => {
    const one = now.dependencies?.get(name);
    if (one === undefined) return `- no longer takes in ${name}`;
    if (before?.has(name) !== true)
      return `+ takes in ${name}${one.isDeclared ? '' : ', which it does not declare'}`;
    return `~ ${name} has changed${one.isDeclared ? '' : '; package.json does not declare it'}`;
  });
}

function permissionText({ permission, target }: Omit<RequestedPermission, 'pointer'>): string {
  return `${permission} ${target}`;
}

/** True when what was accepted includes the ask, which may be narrower. */
function covers(text: string, request: RequestedPermission): boolean {
  const accepted = acceptedPermission(text);
  if (accepted?.permission !== request.permission) return false;
  return PERMISSION_TABLE[request.permission].meet(request.target, accepted.target) === request.target;
}

/** What the lock writes as one text; undefined when no permission is called so. */
function acceptedPermission(text: string): Omit<RequestedPermission, 'pointer'> | undefined {
  const at = text.indexOf(' ');
  const permission = PERMISSION_NAMES.find((name) => name === text.slice(0, at));
  return permission && { permission, target: text.slice(at + 1) };
}
