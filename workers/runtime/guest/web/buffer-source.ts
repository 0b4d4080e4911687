import { knownGetterOf, methodOf } from './intrinsics.js';

/** Reads of byte arrays that no property of a module's on the array can mislead. */

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

const typedBuffer = knownGetterOf<ArrayBuffer>(typedArray, 'buffer');
const typedOffset = knownGetterOf<number>(typedArray, 'byteOffset');
const typedBytes = knownGetterOf<number>(typedArray, 'byteLength');
const typedAt = methodOf<unknown, [at: number]>(typedArray, 'at');
const viewBuffer = knownGetterOf<ArrayBuffer>(DataView.prototype, 'buffer');
const viewOffset = knownGetterOf<number>(DataView.prototype, 'byteOffset');
const viewBytes = knownGetterOf<number>(DataView.prototype, 'byteLength');
const bufferBytes = knownGetterOf<number>(ArrayBuffer.prototype, 'byteLength');

/** The name of a typed array's class; undefined for anything else. */
export const typedArrayName = knownGetterOf<string | undefined>(typedArray, Symbol.toStringTag);

/** Whether a value is an `ArrayBuffer` of its own memory, whatever its prototype. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  try {
    bufferBytes(value);
    return true;
  } catch {
    return false;
  }
}

/** Where a view's bytes are. Throws TypeError for a view that is not within its buffer any more. */
export function placeOf(view: ArrayBufferView): {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly length: number;
} {
  if (typedArrayName(view) === undefined)
    return { buffer: viewBuffer(view), offset: viewOffset(view), length: viewBytes(view) };
  // The getters say 0 of an array out of bounds; methods refuse it.
  typedAt(view, 0);
  return { buffer: typedBuffer(view), offset: typedOffset(view), length: typedBytes(view) };
}

export { bufferBytes };

/** A view of our own of the same bytes; empty when the buffer is detached. Undefined for what is no byte source. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    try {
      const { buffer, offset, length } = placeOf(value);
      return new Uint8Array(buffer, offset, length);
    } catch {
      return new Uint8Array();
    }
  }
  if (!isArrayBuffer(value)) return undefined;
  return isDetached(value) ? new Uint8Array() : new Uint8Array(value);
}

/** Whether a buffer's memory has gone elsewhere. */
export function isDetached(buffer: ArrayBuffer): boolean {
  if (bufferBytes(buffer) > 0) return false;
  try {
    // The language refuses it, and older versions have no other way to ask.
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
