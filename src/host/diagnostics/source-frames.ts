import { fileURLToPath } from 'node:url';
import { CheckPool } from '../executors/check-pool.js';
import { assertRoomForThread } from '../executors/process-limit.js';

/** A frame in compiled code and the source map that the code names, `''` for none. */
export interface CompiledFrame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mapUrl: string;
}

const THREAD_FILE = fileURLToPath(
  new URL('../../../workers/runtime/frame-sources.bundle.cjs', import.meta.url),
);
const IDLE_MS = 1_000;
const MAX_HEAP_MB = 512;
/** A report does not wait longer for maps: it then names places in the compiled code. */
const MAX_MS = 2_000;

const pool = new CheckPool({
  filename: THREAD_FILE,
  idleTimeout: IDLE_MS,
  resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
});

/**
 * Frames with the places of their authors' files, where source maps name them. The maps are read beside the host's thread: parsing one of a few
 * megabytes would keep it for half a second. Never rejects.
 */
export async function sourceFrames<Frame extends CompiledFrame>(
  frames: readonly Frame[],
): Promise<Omit<Frame, 'mapUrl'>[]> {
  const mapped = frames.filter(({ mapUrl }) => mapUrl !== '');
  const places = mapped.length === 0 ? [] : await ask(mapped);
  const placeOf = new Map(mapped.map((frame, index) => [frame, places[index]]));
  return frames.map((frame) => {
    const seen: Omit<Frame, 'mapUrl'> & { mapUrl?: string } = { ...frame, ...placeOf.get(frame) };
    delete seen.mapUrl;
    return seen;
  });
}

async function ask(
  frames: readonly CompiledFrame[],
): Promise<readonly (Partial<CompiledFrame> | undefined)[]> {
  try {
    assertRoomForThread();
    const task = frames.map(({ file, line, column, mapUrl }) => ({ file, line, column, mapUrl }));
    return (await pool.run(task, AbortSignal.timeout(MAX_MS))) as Partial<CompiledFrame>[];
  } catch {
    pool.drop();
    return [];
  }
}
