import type {
  Capabilities,
  CommandLineView,
  FetchedResponse,
  FileDetails,
  FileEntry,
  OpenedResponse,
  RequestOptions,
  ResponseHead,
  TreeEntry,
} from '../../src/sdk/capabilities.js';
import { isMap, type Value } from '../../src/values.js';
import { fromBase64, toBase64 } from '../../src/wire/base64.js';
import type { Listening } from './listening.js';

export type { Capabilities } from '../../src/sdk/capabilities.js';

/** Asks the host to use a capability; the names are those of `sandbox/capabilities`. */
export type RequestHost = (name: string, args: readonly unknown[]) => Promise<Value>;

/** The objects through which a module uses what it was granted; each call is a question to the host. */
export function createCapabilities(
  env: Readonly<Record<string, string>>,
  request: RequestHost,
  listening: Listening,
): Capabilities {
  const nothing = async (name: string, ...args: readonly unknown[]): Promise<void> => {
    await request(name, args);
  };
  return {
    fs: {
      readText: async (path) => (await request('fs.readText', [path])) as string,
      readBytes: async (path, options) =>
        fromBase64((await request('fs.readBytes', withOptions([path], options))) as string),
      list: async (path) => (await request('fs.list', [path])) as unknown as readonly FileEntry[],
      stat: async (path) => (await request('fs.stat', [path])) as unknown as FileEntry,
      details: async (path) => (await request('fs.details', [path])) as unknown as FileDetails,
      tree: async (path, options) =>
        (await request('fs.tree', withOptions([path], options))) as unknown as readonly TreeEntry[],
      replace: async (path, bytes, options) =>
        (await request('fs.replace', withOptions([path, toBase64(bytes)], options))) as {
          readonly overwritten: boolean;
        },
      makeFolder: (path, options) => nothing('fs.makeFolder', ...withOptions([path], options)),
      writeText: (path, text) => nothing('fs.writeText', path, text),
      writeBytes: (path, bytes) => nothing('fs.writeBytes', path, toBase64(bytes)),
      appendText: (path, text) => nothing('fs.appendText', path, text),
      remove: (path) => nothing('fs.remove', path),
    },
    net: {
      fetch: async (url, options) =>
        responseFrom(await request('net.fetch', options === undefined ? [url] : [url, optionsFor(options)])),
      open: async (url, options) =>
        openedFrom(
          await request('net.open', options === undefined ? [url] : [url, optionsFor(options)]),
          request,
        ),
      listen: (options, handler) => listening.open(request, options, handler),
    },
    env: Object.freeze({ ...env }),
    terminal: {
      look: async () => (await request('terminal.look', [])) as unknown as CommandLineView,
      write: (to, text) => nothing('terminal.write', to, typeof text === 'string' ? [{ text }] : text),
      read: () => inputOf(request),
      exitWith: (code) => nothing('terminal.exitWith', code),
    },
    module: (name) => ({
      call: (input) => request('module.call', input === undefined ? [name] : [name, input]),
    }),
  };
}

function withOptions(args: readonly unknown[], options: object | undefined): readonly unknown[] {
  return options === undefined ? args : [...args, { ...options }];
}

function optionsFor({ body, ...others }: RequestOptions): Record<string, unknown> {
  const given = Object.entries<unknown>(others).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(body === undefined
      ? {}
      : typeof body === 'string'
        ? { body }
        : { body: toBase64(body), isBase64: true }),
  };
}

function headFrom(it: Readonly<Record<string, unknown>>): ResponseHead {
  const status = Number(it['status']);
  return {
    ok: status >= 200 && status <= 299,
    status,
    statusText: String(it['statusText']),
    url: String(it['url']),
    headers: Object.freeze({ ...(isMap(it['headers']) ? it['headers'] : {}) }) as ResponseHead['headers'],
    headerList: (Array.isArray(it['headerList']) ? it['headerList'] : []) as ResponseHead['headerList'],
  };
}

function responseFrom(reply: Value): FetchedResponse {
  const it: Record<string, unknown> = isMap(reply) ? reply : {};
  const bytes = fromBase64(typeof it['body'] === 'string' ? it['body'] : '');
  const text = (): string => new TextDecoder().decode(bytes);
  return {
    ...headFrom(it),
    text: () => Promise.resolve(text()),
    json: () => Promise.resolve().then(() => JSON.parse(text()) as Value),
    bytes: () => Promise.resolve(bytes.slice()),
  };
}

function openedFrom(reply: Value, request: RequestHost): OpenedResponse {
  const it: Record<string, unknown> = isMap(reply) ? reply : {};
  const id = it['id'];
  const close = async (): Promise<void> => {
    await request('net.close', [id]);
  };
  return { ...headFrom(it), body: bodyOf(id, request, close), close };
}

async function* bodyOf(
  id: unknown,
  request: RequestHost,
  close: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const chunk = await request('net.read', [id]);
      if (typeof chunk !== 'string') return;
      yield fromBase64(chunk);
    }
  } finally {
    await close();
  }
}

async function* inputOf(request: RequestHost): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = await request('terminal.read', []);
    if (typeof chunk !== 'string') return;
    yield fromBase64(chunk);
  }
}
