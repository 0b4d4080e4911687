import { run, same, throws, type Result, type Web } from './check.js';

interface Resizable {
  new (
    length: number,
    options: { readonly maxByteLength: number },
  ): ArrayBuffer & { resize(length: number): void };
}

/** What a clone does with memory. */
export function checkBuffers(web: Web): Result[] {
  return [...transfers(web), ...resizable(web)];
}

function transfers({ structuredClone: clone }: Web): Result[] {
  return [
    run('transfer: the buffer moves', () => {
      const view = Uint8Array.of(1, 2, 3);
      const copy = clone({ view }, { transfer: [view.buffer] });
      same(String(copy.view), '1,2,3');
      same(view.buffer.byteLength, 0);
      same(view.length, 0);
    }),
    run('transfer: twice, or detached already, is refused', () => {
      const { buffer } = Uint8Array.of(1);
      throws('DataCloneError', () => clone(1, { transfer: [buffer, buffer] }));
      clone(1, { transfer: [buffer] });
      throws('DataCloneError', () => clone(1, { transfer: [buffer] }));
      throws('DataCloneError', () => clone(buffer));
    }),
    run('transfer: nothing moves when the clone is refused', () => {
      const { buffer } = Uint8Array.of(1);
      throws('DataCloneError', () => clone(() => 1, { transfer: [buffer] }));
      same(buffer.byteLength, 1);
    }),
  ];
}

function resizable({ structuredClone: clone }: Web): Result[] {
  if (!('resizable' in ArrayBuffer.prototype)) return [];
  const make = (): InstanceType<Resizable> =>
    new (ArrayBuffer as unknown as Resizable)(16, { maxByteLength: 1024 });
  return [
    run('clone: a resizable buffer', () => {
      const copy = clone(make()) as unknown as {
        readonly byteLength: number;
        readonly maxByteLength: number;
      };
      same(copy.byteLength, 16);
      same(copy.maxByteLength, 1024);
    }),
    run('clone: views that follow their buffer', () => {
      for (const View of [Uint8Array, DataView]) {
        const copy = clone(new (View as typeof Uint8Array)(make())) as ArrayBufferView;
        same(copy.byteLength, 16);
        (copy.buffer as InstanceType<Resizable>).resize(20);
        same(copy.byteLength, 20, 'after growing');
      }
    }),
    run('clone: views beyond their buffer are refused', () => {
      for (const View of [Uint8Array, DataView]) {
        const buffer = make();
        const view = new (View as typeof Uint8Array)(buffer, 8);
        buffer.resize(0);
        throws('DataCloneError', () => clone(view));
      }
    }),
  ];
}
