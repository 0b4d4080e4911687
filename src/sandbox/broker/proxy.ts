import type { ClientRequest, IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { NetGrant } from '../effective.js';
import { denied } from './denied.js';
import { netTarget, urlOf, type NetTarget } from './net-target.js';

/** A proxy that requests go through, checked against what was granted like every other place. */
export interface Proxy {
  readonly target: NetTarget;
  /** The `proxy-authorization` header; undefined where the URL has no user name. */
  readonly authorization: string | undefined;
}

/** Checks a proxy against the grants and settles its address. Throws PHLOW_PERMISSION_DENIED for one that was not granted or is no http proxy. */
export async function proxyTarget(
  text: string,
  grants: readonly NetGrant[],
  lookup: (host: string) => Promise<readonly string[]>,
): Promise<Proxy> {
  const url = urlOf(text);
  // Its URL may hold a password, so no message names it.
  if (url?.protocol !== 'http:') throw denied('use the proxy', 'its URL does not begin with http://');
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    target: await netTarget(url.href, grants, lookup),
    authorization: username === '' ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`,
  };
}

/** The headers that are for the proxy alone. */
export function proxyHeaders({ authorization }: Proxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}

/**
 * Asks a proxy for a connection to a host, for requests that it must not be able to read. `connect` sends the request to the proxy.
 * Rejects when the proxy refuses.
 */
export function tunnel(connect: () => ClientRequest): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = connect();
    asked.once('connect', (response: IncomingMessage, socket: Socket) => {
      // It is no longer the request's own: an error that nobody hears ends the process.
      socket.on('error', () => undefined);
      if (response.statusCode === 200) resolve(socket);
      else {
        socket.destroy();
        reject(refusal(`the proxy answered with status ${response.statusCode ?? 0}`));
      }
    });
    asked.once('response', (response) => {
      response.destroy();
      reject(refusal('the proxy made no connection'));
    });
    asked.once('close', () => reject(refusal('the proxy closed the connection')));
    asked.on('error', reject);
    asked.end();
  });
}

function refusal(why: string): Error {
  return Object.assign(new Error(why), { code: 'ECONNREFUSED' });
}

/** The name that a certificate must be for; an address has none. */
export function serverNameOf(host: string): string {
  return isIP(host) === 0 ? host : '';
}
