import type { Context, Files } from '../../../src/sdk/index.js';
import { booleanOf, type FsInput, grantedPath } from './input.js';
import { errnoOf, reasonOf, Refusal, refused, type Reply } from './reply.js';
import { itemOf, type Item } from './read.js';

/** How long to wait between two looks, in milliseconds. */
const INTERVAL_MS = 1_000;
const MIN_INTERVAL_MS = 50;

/** What happened to an entry; `ready` for the path itself, once every later change will be reported. */
export interface Change {
  readonly event: 'ready' | 'created' | 'changed' | 'removed';
  readonly path: string;
  readonly type: Item['type'];
}

interface Seen {
  readonly type: Item['type'];
  /** Differs whenever the entry has changed. */
  readonly state: string;
}

/**
 * Streams what changes in a folder, or with a file, until the caller has enough. It compares one look at the folder with the next, which works on every file
 * system; an entry that comes and goes between two looks is not seen. Ends with a refusal as its last item when it cannot look.
 */
export async function* watch(
  { fs, clock, signal }: Pick<Context, 'fs' | 'clock' | 'signal'>,
  path: string,
  input: FsInput,
): AsyncGenerator<Change | Reply> {
  const recursive = booleanOf(input.recursive, false);
  const intervalMs =
    typeof input.interval === 'number' ? Math.max(MIN_INTERVAL_MS, input.interval) : INTERVAL_MS;
  try {
    let before = await look(fs, path, recursive);
    const type = before.has(path) ? 'file' : 'dir';
    if (before.size === 0 && !(await isThere(fs, path))) throw new Refusal(`path not found: ${path}`);
    yield { event: 'ready', path, type };
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal);
      const now = await look(fs, path, recursive);
      yield* changesBetween(before, now);
      before = now;
    }
  } catch (error) {
    if (!signal.aborted) yield refused(reasonOf(error));
  }
}

/** What is there, by path; nothing where there is nothing. */
async function look(files: Files, path: string, recursive: boolean): Promise<ReadonlyMap<string, Seen>> {
  try {
    const granted = grantedPath(path);
    const { kind, ...details } = await files.details(granted);
    if (kind === 'link') return new Map();
    if (kind !== 'folder')
      return new Map([[path, { type: 'file', state: `${details.bytes} ${details.modifiedMs}` }]]);
    const prefix = path.endsWith('/') ? path : `${path}/`;
    const entries = await files.tree(granted, { recursive });
    return new Map(
      entries.map((entry) => {
        const { path: at, type } = itemOf(entry, prefix);
        // The time of a folder changes with its entries, which are reported by themselves.
        const state = type === 'dir' ? entry.kind : `${entry.kind} ${entry.bytes} ${entry.modifiedMs}`;
        return [at, { type, state }];
      }),
    );
  } catch (error) {
    // It may come back; and an entry may go while the folder is looked at.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return new Map();
    throw error;
  }
}

async function isThere(files: Files, path: string): Promise<boolean> {
  return files.details(grantedPath(path)).then(
    ({ kind }) => kind !== 'link',
    () => false,
  );
}

/** What differs, in the order of the paths before, then of those that are new. */
export function changesBetween(
  before: ReadonlyMap<string, Seen>,
  now: ReadonlyMap<string, Seen>,
): readonly Change[] {
  const gone = [...before].flatMap(([path, { type }]): Change[] =>
    now.get(path)?.type === type ? [] : [{ event: 'removed', path, type }],
  );
  const others = [...now].flatMap(([path, { type, state }]): Change[] => {
    const old = before.get(path);
    if (old?.type !== type) return [{ event: 'created', path, type }];
    return old.state === state ? [] : [{ event: 'changed', path, type }];
  });
  return [...gone, ...others];
}
