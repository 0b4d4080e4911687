import { describe, expect, test } from '@jest/globals';
import type { Module } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** Ways to a buffer of two gigabytes; those that answer differently each time they are asked must get what they said first. */
const SOURCE = `
const GIANT = 2 ** 31;
const changing = (first, then) => { let times = 0; return () => (times++ > 0 ? then : first); };
const WAYS = {
  'a typed array': () => new Uint8Array(GIANT),
  'a typed array, as text': () => new Uint8Array(String(GIANT)),
  'wide elements': () => new Float64Array(GIANT / 8),
  'a buffer': () => new ArrayBuffer(GIANT),
  'a resizable buffer': () => new ArrayBuffer(8, { maxByteLength: GIANT }),
  'the constructor of an array': () => new (new Uint8Array(1).constructor)(GIANT),
  'the constructor of a buffer': () => new (new ArrayBuffer(1).constructor)(GIANT),
  'a subclass': () => new (class extends Uint8Array {})(GIANT),
  'a new target': () => Reflect.construct(Uint8Array, [GIANT], Float64Array),
  'what has a length': () => new Uint8Array({ length: GIANT }),
  'a list of holes': () => Uint8Array.from({ length: GIANT }),
  'an array that is widened': () => new Float64Array(new Uint8Array(2 ** 27)),
  'a length that changes': () => { const valueOf = changing(8, GIANT); return new ArrayBuffer({ valueOf }); },
  'a limit that changes': () => { const get = changing(8, GIANT); return new ArrayBuffer(8, { get maxByteLength() { return get(); } }); },
  'a list whose length changes': () => { const get = changing(8, GIANT); return new Uint8Array({ get length() { return get(); } }); },
  'an iterator that goes': () => {
    const get = changing([][Symbol.iterator], undefined);
    return new Uint8Array({ get [Symbol.iterator]() { return get(); }, length: GIANT });
  },
  ...('transfer' in ArrayBuffer.prototype && {
    transfer: () => new ArrayBuffer(8).transfer(GIANT),
    'transfer to a fixed length': () => new ArrayBuffer(8).transferToFixedLength(GIANT),
  }),
};
const PLAIN = () => [
  ...[[1, 2], new Set([3]), { length: 1, 0: 4 }, new Uint8Array([5]), new ArrayBuffer(1), undefined, null, '2'].map((given) => [...new Uint8Array(given)].join()),
  [...new Uint8Array(new ArrayBuffer(8), 2, 3)].length,
  Uint8Array.name, Uint8Array.length, ArrayBuffer.name, ArrayBuffer.length, Uint8Array.BYTES_PER_ELEMENT,
  Uint8Array.prototype.constructor === Uint8Array, new Uint8Array(1) instanceof Uint8Array, ArrayBuffer[Symbol.species] === ArrayBuffer,
  Object.isFrozen(Uint8Array), new Uint8Array([1, 2]).map((x) => x + 1).join(), new (class extends Float32Array {})(3).length,
  String(ArrayBuffer).includes('native code'),
];
export default ({ input }) => {
  if (input === 'plain') return PLAIN().map(String);
  if (input === 'ways') return Object.keys(WAYS);
  try {
    return WAYS[input]().byteLength ?? 'nothing';
  } catch (error) {
    return error.name;
  }
};
`;

function withModule(run: (module: Module) => Promise<void>): Promise<void> {
  return withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, { 'phlow.yaml': 'name: giants\n', 'index.mjs': SOURCE });
      await run(await host.load(folder, { isolation: 'sandboxed', restart: 'never' }));
    }),
  );
}

describe('a buffer that is larger than all that a sandboxed module may hold', () => {
  test('is refused, whatever way it is asked for', () =>
    withModule(async (module) => {
      for (const way of await module.call<string[]>('ways')) {
        const came = await module.call(way);
        // Either what was said first, which is small, or nothing.
        const isRefused = came === 'RangeError' || came === 'TypeError' || came === 8;
        expect([way, isRefused ? 'refused' : came]).toEqual([way, 'refused']);
      }
    }));

  test('changes nothing about those that are not', () =>
    withModule(async (module) => {
      expect(await module.call('plain')).toEqual([
        ...['1,2', '3', '4', '5', '0', '', '', '0,0', '3'],
        ...['Uint8Array', '3', 'ArrayBuffer', '1', '1', 'true', 'true', 'true', 'true', '2,3', '3', 'true'],
      ]);
    }));
});
