import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIPv6, type LookupFunction, type Socket } from 'node:net';
import type { NetTarget } from './net-target.js';
import { type Proxy, proxyHeaders, serverNameOf, tunnel } from './proxy.js';

/** One hop of a request, ready to send: its target and its headers are checked. */
export interface Hop {
  readonly target: NetTarget;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly verifyTls: boolean;
  /** What passes the request on; undefined: nothing stands between. */
  readonly proxy: Proxy | undefined;
  readonly signal: AbortSignal;
}

/** This many interim answers (100 Continue, 103 Early Hints) may come before the real one. */
const MAX_INTERIM_HEADS = 100;

/** Sends one hop over a connection of its own and resolves with the response's head. Follows no redirect and looks up no name. */
export async function sendHop(hop: Hop): Promise<IncomingMessage> {
  const { target, proxy } = hop;
  const isTls = target.url.protocol === 'https:';
  const options: RequestOptions = {
    method: hop.method,
    path: target.url.pathname + target.url.search,
    headers: { ...hop.headers, host: target.url.host, ...lengthOf(hop) },
    // A fresh agent: no connection, proxy or session of anyone else's.
    agent: false,
    signal: hop.signal,
    maxHeaderSize: 32_768,
    ...(isTls ? { servername: serverNameOf(target.host), rejectUnauthorized: hop.verifyTls } : {}),
  };
  if (proxy === undefined) return send(isTls, { ...options, ...placeOf(target) }, hop.body);
  if (!isTls) {
    const headers = { ...options.headers, ...proxyHeaders(proxy) };
    const path = target.url.origin + (options.path ?? '');
    return send(false, { ...options, ...placeOf(proxy.target), headers, path }, hop.body);
  }
  const place = `${target.url.hostname}:${target.port}`;
  const socket = await tunnel(() =>
    http().request({
      ...placeOf(proxy.target),
      method: 'CONNECT',
      path: place,
      headers: { host: place, ...proxyHeaders(proxy) },
      agent: false,
      signal: hop.signal,
    }),
  );
  if (hop.signal.aborted) {
    socket.destroy();
    hop.signal.throwIfAborted();
  }
  const { host, port } = target;
  // With an agent, also with none of its own, Node would make a connection itself.
  const through = { agent: undefined, createConnection: () => connectTls(socket, hop) };
  return send(true, { ...options, host, port, ...through }, hop.body);
}

// Not imported: to name what `node:http` exports, Node loads all that `fetch` is made of, which takes 25 ms and WebAssembly at the start of each host.
const http = () => process.getBuiltinModule('node:http');

function connectTls(socket: Socket, { target, verifyTls }: Hop): Socket {
  return process
    .getBuiltinModule('node:tls')
    .connect({ socket, servername: serverNameOf(target.host), rejectUnauthorized: verifyTls });
}

/** Where to connect: to what was looked up and checked before. */
function placeOf({ addresses, host, connectPort }: NetTarget): RequestOptions {
  const [only = ''] = addresses;
  return { host: addresses.length === 1 ? only : host, port: connectPort, lookup: pinned(addresses) };
}

function send(
  isTls: boolean,
  options: RequestOptions,
  body: Uint8Array | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const message = (isTls ? process.getBuiltinModule('node:https') : http()).request(options);
    message.once('response', resolve);
    // A server that goes over to another protocol, or sends heads without end, is cut off: neither is a response, and neither is an error.
    message.once('upgrade', (_response, socket) => {
      // It is no longer the request's own: an error of it would be heard by nobody.
      socket.destroy();
      reject(cut('the server answered in another protocol'));
    });
    let heads = 0;
    message.on('information', () => {
      if (++heads > MAX_INTERIM_HEADS) message.destroy(cut('the server sends interim answers without end'));
    });
    message.once('close', () => reject(cut('the server closed the connection without an answer')));
    // Not once: a connection may fail again after it has failed, and an error that nobody hears ends the process.
    message.on('error', reject);
    message.end(body);
  });
}

function cut(why: string): Error {
  return Object.assign(new Error(why), { code: 'ECONNRESET' });
}

/** Answers with what was looked up and checked before, whatever the name is by now. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, done) => {
    const [first] = all;
    if (options.all === true) done(null, all);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
}

function lengthOf(hop: Hop): Readonly<Record<string, string>> {
  if (hop.body !== undefined) return { 'content-length': String(hop.body.byteLength) };
  return hop.method === 'POST' || hop.method === 'PUT' || hop.method === 'PATCH'
    ? { 'content-length': '0' }
    : {};
}
