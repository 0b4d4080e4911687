import type { HttpRequest, HttpResponse } from '../../../src/sdk/index.js';
import type { Headers } from './event.js';
import { outcomeOf } from './conditions.js';
import type { OpenedFile, Platform } from './platform.js';
import { jsonAnswer, methodNotAllowed } from './refusals.js';

/** A folder whose files are served below a path. */
export interface StaticFolder {
  /** With a slash at its end. */
  readonly path: string;
  readonly folder: string;
  /** Seconds for which a browser may keep a file without asking. */
  readonly maxAgeS: number;
}

/** Types by the end of the name; all others are bytes for a browser. */
const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  css: 'text/css; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  gif: 'image/gif',
  htm: 'text/html; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  md: 'text/markdown; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  webm: 'video/webm',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xml: 'application/xml',
};

/** What a request for a folder itself gets. */
const INDEX = 'index.html';

/** The folder that a path is served from; undefined where none is. */
export function staticFolderFor(folders: readonly StaticFolder[], path: string): StaticFolder | undefined {
  return folders.find((one) => path.startsWith(one.path) || `${path}/` === one.path);
}

/** What stands for the content where only the head is asked for. */
const NOTHING: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: undefined, done: true }) }),
};

/** Answers a request for a file. What is not there, and what nobody should ask for, is 404 alike. */
export async function staticAnswer(
  { path: base, folder, maxAgeS }: StaticFolder,
  platform: Pick<Platform, 'openFile'>,
  context: Parameters<Platform['openFile']>[2],
  request: HttpRequest,
  path: string,
  headers: Headers,
): Promise<HttpResponse> {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed(method, ['GET', 'HEAD']);
  const names = namesOf(path.slice(base.length));
  const file = names && (await platform.openFile(folder, names, context));
  const answer = file && (await fileAnswer(file, names.at(-1) ?? '', maxAgeS, request, headers));
  return answer ?? jsonAnswer(404, { error: 'Not Found' });
}

/** Answers with a file, and closes it in the end. Undefined where it is gone. */
async function fileAnswer(
  file: OpenedFile,
  name: string,
  maxAgeS: number,
  request: HttpRequest,
  headers: Headers,
): Promise<HttpResponse | undefined> {
  const { method } = request;
  const { bytes, modifiedMs } = file;
  const tag = `W/"${bytes.toString(36)}-${Math.trunc(modifiedMs).toString(36)}"`;
  const outcome = outcomeOf(method, headers, { tag, modifiedMs, bytes });
  const shared: HttpResponse['headers'] = [
    ['etag', tag],
    ['last-modified', new Date(modifiedMs).toUTCString()],
    ['cache-control', `public, max-age=${maxAgeS}`],
  ];
  switch (outcome.status) {
    case 200:
    case 206:
      break;
    default:
      await file.close();
      return withoutFile(outcome.status, bytes, shared);
  }
  request.onClose(() => void file.close());
  const { start, end } = outcome.status === 206 ? outcome : { start: 0, end: bytes };
  const content = method === 'HEAD' ? NOTHING : await file.read(start, end);
  if (content === undefined) {
    await file.close();
    return undefined;
  }
  // What is said of the type is final: a text is not run because it looks like a script.
  const type: HttpResponse['headers'] = [
    ['content-type', typeOf(name)],
    ['x-content-type-options', 'nosniff'],
  ];
  // Another version, of which only the bytes are known: none to ask for again, and no parts.
  if (ArrayBuffer.isView(content))
    return { status: 200, headers: [...type, ['cache-control', 'no-cache']], body: content };
  return {
    status: outcome.status,
    headers: [
      ...type,
      ['accept-ranges', 'bytes'],
      ...(outcome.status === 206 ? ([['content-range', `bytes ${start}-${end - 1}/${bytes}`]] as const) : []),
      ...shared,
    ],
    length: end - start,
    body: bodyOf(file, content),
  };
}

function withoutFile(status: 304 | 412 | 416, bytes: number, shared: HttpResponse['headers']): HttpResponse {
  if (status === 304) return { status, headers: shared };
  if (status === 412) return jsonAnswer(412, { error: 'Precondition Failed' });
  return jsonAnswer(416, { error: 'Range Not Satisfiable' }, [['content-range', `bytes */${bytes}`]]);
}

/** The names below the folder; undefined for what leads elsewhere, whatever way it is written. */
function namesOf(rest: string): readonly string[] | undefined {
  const parts =
    rest === '' || rest.endsWith('/') ? [...rest.split('/').slice(0, -1), INDEX] : rest.split('/');
  const names: string[] = [];
  for (const part of parts) {
    let name: string;
    try {
      name = decodeURIComponent(part);
    } catch {
      return undefined;
    }
    // Names that begin with a dot are steps up, or files that are not meant to be seen.
    if (name === '' || name.startsWith('.') || /[/\\\0:]/.test(name)) return undefined;
    names.push(name);
  }
  return names;
}

function typeOf(name: string): string {
  const end = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return (Object.hasOwn(TYPES, end) ? TYPES[end] : undefined) ?? 'application/octet-stream';
}

async function* bodyOf(
  file: OpenedFile,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* content;
  } finally {
    await file.close();
  }
}
