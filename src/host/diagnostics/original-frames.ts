import { dirname, isAbsolute } from 'node:path';
import { readPlainFile } from '../../manifest/read-plain-file.js';
import { SourceLocations } from '../../sandbox/bundle/source-locations.js';
import type { HangFrame } from './hang-inspection.js';

/** Reading a larger map would keep the host's thread. */
const MAX_MAP_BYTES = 4 * 1_048_576;

/** Frames with the places in the files that their author wrote, as other stacks have them: by the map beside the file that runs. */
export async function originalFrames(frames: readonly HangFrame[]): Promise<readonly HangFrame[]> {
  const files = [...new Set(frames.map(({ file }) => file))];
  const maps = new Map(await Promise.all(files.map(async (file) => [file, await mapBeside(file)] as const)));
  return frames.map((frame) => ({ ...frame, ...maps.get(frame.file)?.find(frame.line, frame.column) }));
}

async function mapBeside(file: string): Promise<SourceLocations | undefined> {
  // What a module calls its source may be no path at all.
  if (!isAbsolute(file)) return undefined;
  try {
    return new SourceLocations((await readPlainFile(`${file}.map`, MAX_MAP_BYTES)).toString(), dirname(file));
  } catch {
    // There is none, or it is no map.
    return undefined;
  }
}
