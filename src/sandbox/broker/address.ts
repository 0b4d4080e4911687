import { BlockList, isIP, isIPv6 } from 'node:net';

/** Ranges that do not lead to the public internet (IANA special-purpose registries), first address and prefix length. */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** IPv6 is the other way round: only 2000::/3 is public, without these parts of it (tunnels carry IPv4 addresses inside). */
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = listOf(SPECIAL_IPV4, 'ipv4');
const specialV6 = listOf(SPECIAL_IPV6, 'ipv6');
const publicV6 = listOf([['2000::', 3]], 'ipv6');

/** True for an address of the public internet; false for loopback, private, link-local, reserved ranges, and for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  if (isIPv6(address)) return publicV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
  return !special.check(address, 'ipv4');
}

/** True for an address of this very machine. */
export function isLoopbackAddress(address: string): boolean {
  return isIPv6(address) ? address === '::1' : /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

function listOf(ranges: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [first, prefix] of ranges) list.addSubnet(first, prefix, family);
  return list;
}
