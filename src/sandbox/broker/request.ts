import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
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

/** Sends one hop over a connection of its own and resolves with the response's head. Follows no redirect and looks up no name. */
export function sendHop(hop: Hop): Promise<IncomingMessage> {
  const { target } = hop;
  const isTls = target.url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const send = isTls ? httpsRequest : httpRequest;
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
    message.once('error', reject);
    message.end(hop.body);
  });
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
