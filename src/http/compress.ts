import type { IncomingMessage } from 'node:http';
import type * as Zlib from 'node:zlib';
import type { HttpResponse } from '../sdk/http.js';

/** How a body may be compressed. */
export type Encoding = 'br' | 'gzip';

/** Below this many bytes it costs more than it saves. */
const MIN_BYTES = 1_024;
/** What gets smaller: text, and what is text by another name. */
const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|x-ndjson|yaml|wasm)\b|image\/svg\+xml)/i;
/** A compromise between time and size for replies that are compressed on each request. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 6;

/** How the body of a response is to be compressed; undefined: not at all. */
export function encodingFor(
  { headers: { 'accept-encoding': accept } }: IncomingMessage,
  { headers, status }: HttpResponse,
  bytes: number,
): Encoding | undefined {
  if (accept === undefined || bytes < MIN_BYTES || status === 206) return undefined;
  const valueOf = (name: string): string | undefined =>
    headers.find(([other]) => other.toLowerCase() === name)?.[1];
  if (valueOf('content-encoding') !== undefined || /\bno-transform\b/.test(valueOf('cache-control') ?? ''))
    return undefined;
  if (!COMPRESSIBLE.test(valueOf('content-type') ?? '')) return undefined;
  return preferred(accept);
}

/** Of the encodings that the client takes the one that it likes best; of two equal ones, br. */
export function preferred(accept: string): Encoding | undefined {
  const weights = new Map(accept.slice(0, 1_024).split(',').map(weightOf));
  const weightFor = (encoding: Encoding): number => weights.get(encoding) ?? weights.get('*') ?? 0;
  const [br, gzip] = [weightFor('br'), weightFor('gzip')];
  if (br === 0 && gzip === 0) return undefined;
  return br >= gzip ? 'br' : 'gzip';
}

function weightOf(part: string): readonly [name: string, weight: number] {
  const [name = '', ...parameters] = part
    .trim()
    .toLowerCase()
    .split(/\s*;\s*/);
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  return [name, weight >= 0 && weight <= 1 ? weight : 0];
}

/** Compresses a whole body, beside this thread. */
export function compressed(bytes: Uint8Array, encoding: Encoding): Promise<Uint8Array> {
  const { brotliCompress, gzip, constants } = zlib();
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: Uint8Array): void =>
      error === null ? resolve(result) : reject(error);
    if (encoding === 'gzip') gzip(bytes, { level: GZIP_LEVEL }, done);
    else brotliCompress(bytes, { params: brotliParams(constants, bytes.byteLength) }, done);
  });
}

/** Compresses a body piece by piece: what has come is sent before more is waited for. */
export async function* compressedStream(
  body: AsyncIterable<string | Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { createBrotliCompress, createGzip, constants } = zlib();
  const coder =
    encoding === 'gzip'
      ? createGzip({ level: GZIP_LEVEL })
      : createBrotliCompress({ params: brotliParams(constants, undefined) });
  // In flowing mode: what is flushed would otherwise wait for room, and be waited for.
  const ready: Buffer[] = [];
  coder.on('data', (part: Buffer) => ready.push(part));
  const failed = new Promise<never>((_, reject) => coder.once('error', reject));
  failed.catch(() => undefined);
  try {
    for await (const chunk of body) {
      coder.write(chunk);
      await Promise.race([new Promise<void>((resolve) => coder.flush(resolve)), failed]);
      yield* ready.splice(0);
    }
    const ended = new Promise<void>((resolve) => coder.once('end', resolve));
    coder.end();
    await Promise.race([ended, failed]);
    yield* ready;
  } finally {
    coder.destroy();
  }
}

function brotliParams(constants: typeof Zlib.constants, bytes: number | undefined): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    ...(bytes === undefined ? {} : { [constants.BROTLI_PARAM_SIZE_HINT]: bytes }),
  };
}

// Loaded with the first body: most processes never listen.
function zlib(): typeof Zlib {
  return process.getBuiltinModule('node:zlib');
}
