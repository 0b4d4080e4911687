import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** A file of this many lines or less is a crumb, unless it is a command, a module's entry or a type that many share. */
export const CRUMB_LINES = 30;
export const MAX_LINES = 300;

/** One file on the way of a package, and what it does there. */
export interface Hop {
  readonly file: string;
  readonly does: string;
}

/** The way of one package from `module.call()` to the handler and back at level trusted, each file once, in the order of the visit. */
export const CALL_PATH: readonly Hop[] = [
  { file: 'src/host/module/loaded-module.ts', does: 'call(input, options)' },
  { file: 'src/host/module/watchdog.ts', does: 'recordUse()' },
  { file: 'src/host/module/admission-queue.ts', does: 'admits(instance)' },
  { file: 'src/host/module/instance.ts', does: 'call(input, options); batch(values) on the way back' },
  { file: 'src/host/call/in-flight.ts', does: 'the table of packages; settles the promise' },
  { file: 'src/wire/pending.ts', does: 'the id of the package' },
  { file: 'src/wire/outbox.ts', does: 'one batch per turn' },
  { file: 'src/wire/protocol.ts', does: 'tags: id and operation in one number' },
  { file: 'src/wire/clone-codec.ts', does: 'what structured clone carries' },
  { file: 'src/host/executors/thread/thread-executor.ts', does: 'posts and receives batches' },
  { file: 'workers/runtime/native-module.ts', does: 'receives batches in the thread' },
  { file: 'workers/runtime/serve.ts', does: 'dispatches each message' },
  { file: 'workers/runtime/handler-context.ts', does: 'what the handler gets besides its input' },
  { file: 'workers/runtime/module-outbox.ts', does: 'the reply' },
  { file: 'workers/runtime/port-outbox.ts', does: 'one batch per turn, on the side of the thread' },
  { file: 'src/host/call/answered.ts', does: 'remembers what was answered' },
];

/** What one folder holds. */
export interface FolderFigures {
  readonly folder: string;
  readonly files: number;
  readonly folders: number;
  readonly crumbs: readonly string[];
  readonly tooLong: readonly string[];
}

/** Counts the TypeScript files of a folder of the project. */
export function figuresOf(folder: string): FolderFigures {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'));
  const linesOf = (name: string): number => readFileSync(join(ROOT, name), 'utf8').split('\n').length - 1;
  return {
    folder,
    files: files.length,
    folders: new Set(files.map((name) => dirname(name))).size,
    crumbs: files.filter((name) => linesOf(name) <= CRUMB_LINES),
    tooLong: files.filter((name) => linesOf(name) > MAX_LINES),
  };
}
