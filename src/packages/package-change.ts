import { existsSync, lstatSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readManifest } from '../host/load/read-manifest.js';
import { MANIFEST_FILE } from '../manifest-file.js';
import type { Manifest } from '../manifest/manifest.js';
import {
  lessText,
  lockDiff,
  lockDiffText,
  lockEntryOf,
  moreText,
  type LockDiff,
} from '../sandbox/lock/lock-diff.js';
import type { LockEntry, LockOrigin } from '../sandbox/lock/lock-file.js';
import { requestText } from '../sandbox/missing-grant.js';
import { requestedPermissions } from '../sandbox/permission-table.js';
import type { Snapshot } from '../sandbox/snapshot/snapshot.js';
import { compareText } from '../values.js';
import { shellText, visibleLine } from '../visible-text.js';
import { semver } from '../semver-package.js';
import { packageSnapshot } from './mend.js';
import { packageJsonIn, textIn } from './package-json.js';
import { originText, type GotPackage } from './sources.js';

/** What an install would change, before it does. */
export interface PackageChange {
  readonly name: string;
  readonly version: string;
  /** The version that was accepted; undefined where none was. */
  readonly from: string | undefined;
  /** `same`: what is there is what would be installed. */
  readonly kind: 'new' | 'update' | 'same';
  readonly origin: LockOrigin;
  /** What the module and those inside of it ask for, as a lock file writes it. */
  readonly permissions: readonly string[];
  /** What of it was not accepted before, and what was and is no longer asked for. Of a new one, all of it is in `permissions`. */
  readonly more: readonly string[];
  readonly less: readonly string[];
  readonly files: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  /** As package.json or the manifest say; undefined where neither does, and before where nothing was in place. */
  readonly license: { readonly before: string | undefined; readonly after: string | undefined };
  readonly bytes: { readonly before: number | undefined; readonly after: number };
  /** npm packages that it declares and does not hold. */
  readonly missing: readonly string[];
  /** True: a folder is in its place that no install has put there, or that was changed since. */
  readonly isForeign: boolean;
  /** True: its version is below the one that was accepted. */
  readonly isOlder: boolean;
  /** All of this as a person reads it. */
  readonly text: string;
}

/** What is in the place of a package. */
export interface InPlace {
  /** Undefined where nothing is. */
  readonly snapshot: Snapshot | undefined;
  /** Changes when another folder takes its place. */
  readonly identity: string;
  readonly isLink: boolean;
  readonly license: string | undefined;
}

/** Looks at what is in the place of a package. */
export async function inPlace(target: string, home: string): Promise<InPlace> {
  const identity = identityOf(target);
  const isLink = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const snapshot = existsSync(target) && !isLink ? await packageSnapshot(target, home) : undefined;
  const license = snapshot === undefined ? undefined : await licenseIn(target);
  return { snapshot, identity, isLink, license };
}

/** The licence of what is in place. It is shown and decides nothing, so that what cannot be read has none. */
async function licenseIn(folder: string): Promise<string | undefined> {
  const own = textIn(await packageJsonIn(folder), 'license');
  const manifest = await readManifest(join(folder, MANIFEST_FILE)).catch(() => undefined);
  return own ?? manifest?.license;
}

/** Which folder is at a path. */
export function identityOf(target: string): string {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}:${stat.mtimeMs}`;
}

/** Compares a package that was got with what was accepted and with what is in its place. */
export function changeOf(
  { opened, origin }: GotPackage,
  accepted: LockEntry | undefined,
  { snapshot, license: licenseBefore }: InPlace,
): PackageChange {
  const { name, version, manifest, inner, tarball, missing } = opened;
  const entries = (snapshot?.trees[0]?.entries ?? []).flatMap((entry) =>
    entry.kind === 'file' ? [entry] : [],
  );
  const before = new Map(entries.map((entry) => [entry.path, entry]));
  const after = new Map(tarball.files.map((file) => [file.path, file]));
  const paths = [...after.keys()].sort(compareText);
  const files = {
    added: paths.filter((path) => !before.has(path)),
    removed: [...before.keys()].filter((path) => !after.has(path)).sort(compareText),
    changed: paths.filter((path) => {
      const there = before.get(path);
      return there !== undefined && there.digest !== digestOf(after.get(path)?.content);
    }),
  };
  const isSame = snapshot !== undefined && Object.values(files).every((list) => list.length === 0);
  const isAccepted = accepted !== undefined && accepted.integrity === snapshot?.integrity;
  // The hash of what is not in place yet is not known, nor what it takes in there: only what it asks for is compared.
  const integrity = isSame && isAccepted ? accepted.integrity : '';
  const now = {
    ...lockEntryOf(manifest, { trees: [], links: [], outside: [], integrity }, inner),
    dependencies: accepted?.dependencies,
  };
  const diff = accepted === undefined ? undefined : lockDiff(accepted, now, manifest, inner);
  const all = [{ path: undefined, manifest }, ...inner];
  const change: Omit<PackageChange, 'text'> = {
    name,
    version,
    from: accepted?.version,
    kind: isSame && isAccepted ? 'same' : snapshot === undefined && accepted === undefined ? 'new' : 'update',
    origin,
    permissions: all.flatMap(({ path, manifest: one }) =>
      requestedPermissions(one.permissions).map((request) =>
        moreText({ ...request, inside: path, manifest: one }),
      ),
    ),
    more: diff?.more.map(moreText) ?? [],
    less: diff?.less.map(lessText) ?? [],
    files,
    bytes: {
      before: snapshot === undefined ? undefined : entries.reduce((sum, { bytes }) => sum + bytes, 0),
      after: tarball.unpackedBytes,
    },
    license: { before: licenseBefore, after: opened.license },
    missing,
    isOlder: isBelow(version, accepted?.version),
    isForeign: snapshot !== undefined && !isSame && !isAccepted,
  };
  const asked = accepted === undefined ? all.flatMap(requestLines) : diffLines(diff);
  return { ...change, text: textOf(change, asked) };
}

function isBelow(version: string, before: string | undefined): boolean {
  const { valid, lt } = semver();
  return before !== undefined && valid(version) !== null && valid(before) !== null && lt(version, before);
}

/** What a module asks for that was never accepted, with the reasons of its author. */
function requestLines({
  path,
  manifest,
}: {
  path: string | undefined;
  manifest: Manifest;
}): readonly string[] {
  const inside = path === undefined ? '' : `${visibleLine(path)}: `;
  return requestedPermissions(manifest.permissions).map(
    (request) => `  + ${inside}${requestText(request, manifest)}`,
  );
}

/** What is asked for beyond what was accepted, and what no longer is. */
function diffLines(diff: LockDiff | undefined): readonly string[] {
  if (diff === undefined) return [];
  const [, ...lines] = lockDiffText(diff).split('\n');
  return lines.filter((line) => /^ {2}[+-] /.test(line));
}

function digestOf(content: Buffer | undefined): string {
  return createHash('sha256')
    .update(content ?? '')
    .digest('base64');
}

function textOf(change: Omit<PackageChange, 'text'>, asked: readonly string[]): string {
  const { name, version, from, kind, origin, more, files, bytes, license, missing, isOlder } = change;
  const versions = from === undefined || from === version ? version : `${from} -> ${version}`;
  const older = isOlder ? ', which is older' : '';
  const inPlaceOf =
    from === undefined && bytes.before !== undefined ? ', in the place of what was not accepted' : '';
  const head = `${visibleLine(name)} ${visibleLine(versions)} (${originText(origin)})${older}${inPlaceOf}`;
  if (kind === 'same') return `${head}\n  is installed as it is`;
  const { added, removed, changed } = files;
  const size =
    bytes.before === undefined
      ? `${added.length} files, ${bytes.after} bytes`
      : `files: ${added.length} added, ${removed.length} removed, ${changed.length} changed; ${bytes.after} bytes (${bytes.before} before)`;
  const nothing = kind === 'new' ? 'it asks for nothing' : 'it asks for nothing more than before';
  return [
    head,
    ...asked,
    ...(asked.length === 0 || (kind === 'update' && more.length === 0) ? [`  ${nothing}`] : []),
    `  ${size}`,
    ...(bytes.before === undefined || license.before === license.after
      ? []
      : [`  its licence changes: ${licenseText(license.before)} -> ${licenseText(license.after)}`]),
    ...(missing.length === 0
      ? []
      : [
          `  it does not hold what it declares: npm install ${missing.map((one) => shellText(one)).join(' ')}`,
        ]),
  ].join('\n');
}

function licenseText(license: string | undefined): string {
  return license === undefined ? 'none' : visibleLine(license);
}
