import { getterOf, knownGetterOf } from './web/intrinsics.js';

type Resize = (this: ArrayBuffer, length: number) => void;

/**
 * V8 counts the memory of a resizable buffer as long as it was made, and on Node 20 and 22 takes no notice when it grows. What a module's
 * limit is about must be counted: with each buffer that has grown lives another of the length it grew by, which nobody writes to. It is
 * counted, collected with the first, and takes addresses but no memory.
 */
export function countResizes(): void {
  const { prototype } = ArrayBuffer;
  const resize = Object.getOwnPropertyDescriptor(prototype, 'resize')?.value as Resize | undefined;
  const maxLengthOf = getterOf<number>(prototype, 'maxByteLength');
  // V8 learnt to count not later than it learnt this; there is no better way to ask it.
  if (resize === undefined || maxLengthOf === undefined || 'escape' in RegExp) return;
  const lengthOf = knownGetterOf<number>(prototype, 'byteLength');
  const growths = new WeakMap<object, { readonly lengthAtFirst: number; ballast: ArrayBuffer }>();

  const count = (buffer: ArrayBuffer, length: number): void => {
    if (!(length <= maxLengthOf(buffer))) return;
    let growth = growths.get(buffer);
    if (growth === undefined) {
      growth = { lengthAtFirst: lengthOf(buffer), ballast: new ArrayBuffer(0) };
      growths.set(buffer, growth);
    }
    const { lengthAtFirst, ballast } = growth;
    if (length - lengthAtFirst <= ballast.byteLength) return;
    // Twice as long each time: buffers that grow in small steps would make as much garbage as they have steps.
    const most = maxLengthOf(buffer) - lengthAtFirst;
    growth.ballast = new ArrayBuffer(
      Math.min(most, Math.max(length - lengthAtFirst, 2 * ballast.byteLength)),
    );
  };

  const counting = {
    resize(this: ArrayBuffer, newLength: { valueOf(): number }): void {
      // Read once: reading it may run code of the module.
      const length = +newLength;
      // Before it grows: when there is no room to count it there is none for it either.
      count(this, length);
      Reflect.apply(resize, this, [length]);
    },
  };
  Object.defineProperty(prototype, 'resize', { value: Reflect.get(counting, 'resize') });
}

countResizes();
