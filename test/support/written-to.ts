import type { Readable } from 'node:stream';

/** All bytes that were written to a stream and have not been read, as one. From Node 26 on one `read()` gives no more than one chunk. */
export function writtenTo(stream: Readable): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk = next(stream); chunk !== undefined; chunk = next(stream)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function next(stream: Readable): Buffer | undefined {
  return (stream.read() as Buffer | null) ?? undefined;
}
