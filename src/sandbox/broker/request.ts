import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import type { NetTarget } from './net-target.js';

/** One hop of a request, ready to send: its target and its headers are checked. */
export interface Hop {
  readonly target: NetTarget;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** This many interim answers (100 Continue, 103 Early Hints) may come before the real one. */
const MAX_INTERIM_HEADS = 100;

/** Sends one hop over a connection of its own and resolves with the response's head. Follows no redirect and looks up no name. */
export function sendHop(hop: Hop): Promise<IncomingMessage> {
  const { target } = hop;
  const isTls = target.url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    // Not imported: to name what `node:http` exports, Node loads all that `fetch` is made of, which takes 25 ms and WebAssembly at the start of each host.
    const send = process.getBuiltinModule(isTls ? 'node:https' : 'node:http').request;
    const [only = ''] = target.addresses;
    const message = send({
      method: hop.method,
      host: target.addresses.length === 1 ? only : target.host,
      port: target.connectPort,
      path: target.url.pathname + target.url.search,
      headers: { ...hop.headers, host: target.url.host, ...lengthOf(hop) },
      lookup: pinned(target.addresses),
      // A fresh agent: no connection, proxy or session of anyone else's.
      agent: false,
      signal: hop.signal,
      maxHeaderSize: 32_768,
      ...(isTls ? { servername: isIP(target.host) === 0 ? target.host : '' } : {}),
    });
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
    message.end(hop.body);
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
