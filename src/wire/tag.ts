import { OPS } from './protocol.js';

/** OPS is a power of two: small tags are taken apart by bits. */
const OPS_BITS = Math.log2(OPS);

/** The tag of an operation on a package. */
export function tagOf(id: number, op: number): number {
  return id * OPS + op;
}

/** The package that a tag speaks of. */
export function idOf(tag: number): number {
  return tag <= 0x7fffffff ? tag >>> OPS_BITS : Math.floor(tag / OPS);
}

/** The operation that a tag asks for. */
export function opOf(tag: number): number {
  return tag <= 0x7fffffff ? tag & (OPS - 1) : tag % OPS;
}

/** True for what can be a tag: a whole number from 0 up that a double holds exactly. */
export function isTag(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
