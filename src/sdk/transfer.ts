/** Marks a reply whose buffers move; a registered symbol, so that a module's own copy of the SDK will do. */
const BRAND = Symbol.for('phlow.transfer');

/** A reply together with the buffers in it that move to the host instead of being copied. */
export interface Transfer<T = unknown> {
  readonly [BRAND]: true;
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];
}

/**
 * Returns `value` with the buffers inside it moved, not copied; they cannot be used in the module afterwards. Only where a module runs in
 * a thread of its own (`trusted`, `guarded`): elsewhere buffers do not cross at all.
 */
export function transfer<T>(value: T, buffers: readonly ArrayBuffer[]): Transfer<T> {
  return { [BRAND]: true, value, buffers };
}

/** True for what `transfer` returns. */
export function isTransfer(value: unknown): value is Transfer {
  return typeof value === 'object' && value !== null && BRAND in value;
}
