import { isIP } from 'node:net';
import type { NetGrant, Place } from '../effective.js';
import { isLoopbackAddress, isPublicAddress } from './address.js';
import { denied, failedWith } from './denied.js';

/** Where one hop of a request goes, decided and not looked up again. */
export interface NetTarget {
  readonly url: URL;
  /** The name or address in the URL, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The addresses that may be connected to, in this order; each was checked, and no name is looked up after this. */
  readonly addresses: readonly string[];
  readonly connectPort: number;
}

/** Characters of a URL, and of what stands in it before the path: taking a name apart takes the square of its length. */
const MAX_URL_LENGTH = 64 * 1_024;
const MAX_AUTHORITY_LENGTH = 512;
/** What a URL may begin with. The reader of URLs drops tabs and line breaks, takes a backslash for a slash, and any number of them. */
const HEAD = new RegExp(
  `^[^/?#\\\\]{0,${MAX_AUTHORITY_LENGTH}}[/\\\\]*[^/?#\\\\]{0,${MAX_AUTHORITY_LENGTH}}(?:[/?#\\\\]|$)`,
);

/** The URL that a module or a server has written; undefined when it is none, or too long to look at. */
export function urlOf(text: string, base?: URL): URL | undefined {
  if (text.length > MAX_URL_LENGTH || !HEAD.test(text.replace(/[\t\n\r]/g, ''))) return undefined;
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
}

const SCHEMES: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Checks one hop of a request against what was granted and settles which addresses it may connect to; without `lookup` none, for a proxy connects to them.
 * Throws PHLOW_PERMISSION_DENIED, or PHLOW_CAPABILITY_FAILED when the name has no address.
 */
export async function netTarget(
  text: string,
  grants: readonly NetGrant[],
  lookup: ((host: string) => Promise<readonly string[]>) | undefined,
): Promise<NetTarget> {
  const attempt = `fetch ${text.slice(0, 200)}`;
  const url = urlOf(text);
  if (url === undefined)
    throw denied(
      attempt,
      `it is not an absolute URL of at most ${MAX_URL_LENGTH} characters, ${MAX_AUTHORITY_LENGTH} before its path`,
    );
  const ownPort = Object.hasOwn(SCHEMES, url.protocol) ? SCHEMES[url.protocol] : undefined;
  if (ownPort === undefined) throw denied(attempt, `only http and https are brokered, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw denied(attempt, 'a name or password in the URL is not allowed; send an authorization header');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? ownPort : Number(url.port);
  // What was named comes before what is open to every host.
  const [grant] = grants
    .filter((candidate) => covers(candidate, host, port))
    .sort((a, b) => Number(a.host === '*') - Number(b.host === '*'));
  if (grant === undefined) {
    const place = `${host}:${port}`;
    const reason = `${place} was not granted; the module's phlow.yaml must ask for it under permissions.net.connect and the owner grant it`;
    throw denied(attempt, reason, { permission: 'net.connect', target: place });
  }
  if (lookup === undefined) assertMayGoByProxy(grant, host, port, attempt);
  // An address that the URL names itself is held to the grant also where a proxy connects.
  const isNamedOnly = lookup === undefined && isIP(grant.to?.host ?? host) === 0;
  const addresses = isNamedOnly
    ? []
    : await addressesOf(grant, { host, port }, lookup ?? (() => Promise.resolve([])), attempt);
  return {
    url,
    host,
    port,
    addresses,
    connectPort: grant.to === undefined || grant.to.port === 0 ? port : grant.to.port,
  };
}

/** Names that lead into a machine or its network wherever they are looked up. */
const OWN_NETWORK = /^[^.]*\.?$|(?:^|\.)(?:localhost|local|internal|home\.arpa|lan|intranet|corp|home)\.?$/;

/** A proxy looks names up itself: what the owner has not named is not sent into the network that it stands in, and what he leads elsewhere not past that. */
function assertMayGoByProxy(grant: NetGrant, host: string, port: number, attempt: string): void {
  const place = `${host}:${port}`;
  const refuse = (reason: string): Error =>
    denied(attempt, reason, { permission: 'net.connect', target: place });
  if (grant.to !== undefined)
    throw refuse(
      `the owner has granted "${place}" at an address of his own, which a proxy does not know; send it without a proxy`,
    );
  if (grant.host !== host && isIP(host) === 0 && OWN_NETWORK.test(host))
    throw refuse(
      `${host} is a name of the proxy's own network; if that is meant, the owner grants it by its name`,
    );
}

/** Whether a host and its port are among what a grant names. */
export function covers(grant: Place, host: string, port: number): boolean {
  if (grant.port !== port && grant.port !== 0) return false;
  if (grant.host === '*') return true;
  // A name under the star is a name: the last label of an address is a number, which no wildcard may end in.
  if (grant.host.startsWith('*.')) return isIP(host) === 0 && host.endsWith(grant.host.slice(1));
  return grant.host === host;
}

async function addressesOf(
  grant: NetGrant,
  { host, port }: { readonly host: string; readonly port: number },
  lookup: (host: string) => Promise<readonly string[]>,
  attempt: string,
): Promise<readonly string[]> {
  const name = grant.to?.host ?? host;
  const isNamed = grant.to !== undefined || grant.host === host;
  // An address that stands in the grant was named by the owner, private or not.
  if (isIP(name) !== 0 && isNamed) return [name];
  const addresses =
    isIP(name) === 0
      ? await lookup(name).catch((error: unknown) => {
          throw failedWith(attempt, error);
        })
      : [name];
  if (addresses.length === 0) throw failedWith(attempt, { code: 'ENOTFOUND' });
  const mayBe = (address: string): boolean =>
    grant.to !== undefined ||
    grant.isAnywhere === true ||
    isPublicAddress(address) ||
    (isNamed && name === 'localhost' && isLoopbackAddress(address));
  if (!addresses.every(mayBe)) {
    const place = `${host}:${port}`;
    const reason = `${host} leads to a private or reserved address; if that is meant, the owner grants the address with the name: "${place}": ADDRESS:PORT`;
    throw denied(attempt, reason, { permission: 'net.connect', target: place });
  }
  return addresses;
}
