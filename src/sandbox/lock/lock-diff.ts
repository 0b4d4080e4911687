import type { Manifest } from '../../manifest/manifest.js';
import { moduleIntegrity } from '../module-integrity.js';
import { askText } from '../missing-grant.js';
import { asksOf, PERMISSION_NAMES, PERMISSION_TABLE, type Ask } from '../permission-table.js';
import { visibleLine } from '../../visible-text.js';
import type { LockEntry } from './lock-file.js';

/** How a module differs from what was accepted. */
export interface LockDiff {
  /** True when the lock knows nothing of the module. */
  readonly isNew: boolean;
  readonly isCodeChanged: boolean;
  /** What it asks for beyond what was accepted. */
  readonly more: readonly Ask[];
  /** What it no longer asks for, as the lock writes it. */
  readonly less: readonly string[];
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What a lock would say of a module as it is now. */
export async function lockEntryOf(
  manifest: Manifest,
  folder: string,
  installRoots: readonly string[],
): Promise<LockEntry> {
  return {
    version: manifest.version,
    integrity: await moduleIntegrity(folder, installRoots),
    permissions: asksOf(manifest.permissions).map(permissionText),
  };
}

/** Compares what was accepted with what is there; undefined when nothing differs. */
export function lockDiff(
  accepted: LockEntry | undefined,
  now: LockEntry,
  manifest: Manifest,
): LockDiff | undefined {
  const asks = asksOf(manifest.permissions);
  const diff: LockDiff = {
    isNew: accepted === undefined,
    isCodeChanged: accepted !== undefined && accepted.integrity !== now.integrity,
    more: asks.filter((ask) => accepted?.permissions.some((text) => covers(text, ask)) !== true),
    less: (accepted?.permissions ?? []).filter((text) => !now.permissions.includes(text)),
    from: accepted?.version,
    to: now.version,
  };
  return diff.isNew || diff.isCodeChanged || diff.more.length > 0 || diff.less.length > 0 ? diff : undefined;
}

/** The diff as a person reads it: `+` is more than before, `-` is less. */
export function lockDiffText(diff: LockDiff, manifest: Manifest): string {
  const versions = diff.isNew
    ? (diff.to ?? 'no version')
    : diff.from === diff.to
      ? (diff.to ?? 'no version')
      : `${diff.from ?? 'no version'} -> ${diff.to ?? 'no version'}`;
  return [
    `  ${diff.isNew ? 'new' : 'changed'}: ${visibleLine(versions)}${diff.isCodeChanged ? ', other code' : ''}`,
    ...diff.more.map((ask) => `  + ${askText(manifest, ask)}`),
    ...diff.less.map((text) => `  - ${visibleLine(text)}`),
    ...(diff.more.length === 0
      ? [diff.isNew ? '  it asks for nothing' : '  it asks for nothing more than before']
      : []),
  ].join('\n');
}

function permissionText({ permission, target }: Ask): string {
  return `${permission} ${target}`;
}

/** True when what was accepted includes the ask, which may be narrower. */
function covers(accepted: string, ask: Ask): boolean {
  const at = accepted.indexOf(' ');
  const permission = PERMISSION_NAMES.find((name) => name === accepted.slice(0, at));
  if (permission !== ask.permission) return false;
  return PERMISSION_TABLE[permission].meet(ask.target, accepted.slice(at + 1)) === ask.target;
}
