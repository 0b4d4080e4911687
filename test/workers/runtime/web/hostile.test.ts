import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createWebPlatform } from '../../../../workers/runtime/guest/web/index.js';
import type { Web } from '../../../wpt/checks/check.js';
import { NODE_NATIVES, WEB_OPTIONS } from '../../../wpt/node-natives.js';

const web = createWebPlatform(NODE_NATIVES, WEB_OPTIONS) as unknown as Web & {
  readonly Headers: typeof globalThis.Headers;
};
const { URL, URLSearchParams, TextDecoder, TextEncoder, AbortController, AbortSignal, Headers } = web;
const { structuredClone, EventTarget, Event, DOMException } = web;

describe('Web classes under hostile arguments', () => {
  test('a value that changes the URL while it is read is set afterwards', () => {
    const url = new URL('http://a.b/c?x=1');
    const value = {
      toString() {
        url.href = 'https://d.e/f';
        url.searchParams.append('y', '2');
        return '/g';
      },
    };
    Reflect.set(url, 'pathname', value);
    expect(url.href).toBe('https://d.e/g?y=2');
  });

  test('methods of a module’s own on parameters are not what a URL reads', () => {
    const url = new URL('http://a.b/?x=1');
    Object.defineProperty(url.searchParams, 'toString', { value: () => 'forged=1' });
    url.searchParams.append('y', '2');
    expect(url.href).toBe('http://a.b/?x=1&y=2');
  });

  test('own properties of an array do not move where bytes are read and written', () => {
    const lying = (bytes: Uint8Array): Uint8Array => {
      for (const [key, value] of [
        ['length', 1000],
        ['byteLength', 1000],
        ['byteOffset', 0],
        ['buffer', new ArrayBuffer(1000)],
        ['constructor', null],
      ] as const)
        Object.defineProperty(bytes, key, { value });
      return bytes;
    };
    const memory = new Uint8Array(8).fill(0x2e);
    expect(new TextEncoder().encodeInto('abcdefgh', lying(memory.subarray(2, 4)))).toEqual({
      read: 2,
      written: 2,
    });
    expect(new TextDecoder().decode(memory)).toBe('..ab....');
    expect(new TextDecoder().decode(lying(memory.subarray(1, 3)))).toBe('.a');
    expect(structuredClone(lying(memory.subarray(2, 4))).buffer.byteLength).toBe(8);
  });

  test('a constructor of a module’s own is not asked for copies', () => {
    const { buffer } = Uint8Array.of(1, 2);
    const asked: unknown[] = [];
    const Species = Object.defineProperty({}, Symbol.species, { get: () => asked.push('species') });
    Object.defineProperty(buffer, 'constructor', { value: Species });
    structuredClone({ buffer, view: new Uint8Array(buffer) });
    new TextDecoder().decode(buffer);
    expect(asked).toEqual([]);
  });

  test('an endless chain of prototypes and endless getters end', () => {
    const endless = (): object => new Proxy({}, { getPrototypeOf: endless });
    expect(structuredClone(endless())).toEqual({});
    const nested = (): object => ({
      get a() {
        return nested();
      },
    });
    expect(() => structuredClone(nested())).toThrow(RangeError);
  });

  test('methods refuse objects of other classes', () => {
    const classes = [
      URL,
      URLSearchParams,
      TextDecoder,
      TextEncoder,
      AbortController,
      Headers,
      EventTarget,
      Event,
    ];
    const found: string[] = [];
    for (const Class of [...classes, AbortSignal, DOMException]) {
      const prototype = Class.prototype as object;
      for (const key of Object.getOwnPropertyNames(prototype)) {
        const description = Object.getOwnPropertyDescriptor(prototype, key);
        for (const part of [description?.get, description?.set, description?.value] as readonly unknown[]) {
          if (typeof part !== 'function' || key === 'constructor') continue;
          for (const receiver of [
            {},
            prototype,
            Object.create(prototype) as object,
            new Proxy(new Event('x'), {}),
          ])
            try {
              Reflect.apply(part, receiver, [new Uint8Array(), new Uint8Array()]);
              found.push(`${Class.name}.${key}`);
            } catch (error) {
              if (!(error instanceof TypeError)) found.push(`${Class.name}.${key}: ${String(error)}`);
            }
        }
      }
    }
    expect(found).toEqual([]);
  });

  test('listeners that a signal’s owner replaced are not called for onabort', () => {
    const controller = new AbortController();
    const calls: string[] = [];
    Object.defineProperty(controller.signal, 'addEventListener', { value: () => calls.push('own') });
    controller.signal.onabort = () => calls.push('handler');
    controller.abort();
    expect(calls).toEqual(['handler']);
  });

  test('code that runs while a list of headers or pairs is read cannot spoil it', () => {
    const params = new URLSearchParams('a=1');
    const name = {
      toString() {
        params.delete('a');
        params.append('b', '2');
        return 'c';
      },
    };
    params.append(name as never, '3');
    expect(params.toString()).toBe('b=2&c=3');
    const headers = new Headers({ a: '1', b: '2' });
    const seen: string[] = [];
    headers.forEach((value, key) => {
      headers.delete('b');
      seen.push(`${key}=${value}`);
    });
    expect(seen).toEqual(['a=1']);
  });

  test('line breaks do not get into headers', () => {
    for (const value of ['a\r\nb: c', 'a\nb', 'a\0', '\u0100'])
      expect(() => new Headers({ x: value })).toThrow(TypeError);
    expect(() => new Headers({ 'a\nb': 'c' })).toThrow(TypeError);
    expect(new Headers({ x: ' a\n' }).get('x')).toBe('a');
  });
});

describe('Text that comes in pieces', () => {
  const encodings = [
    'utf-8',
    'utf-16le',
    'utf-16be',
    'gbk',
    'gb18030',
    'big5',
    'euc-jp',
    'euc-kr',
    'shift_jis',
    'iso-2022-jp',
  ];

  // Bytes that mean something in one of them come more often than others.
  const byte = fc.oneof(
    fc.nat(255),
    fc.constantFrom(
      0x1b,
      0x24,
      0x28,
      0x30,
      0x40,
      0x41,
      0x7f,
      0x80,
      0x81,
      0x8e,
      0x8f,
      0xa1,
      0xb0,
      0xd8,
      0xe0,
      0xfe,
      0xff,
    ),
  );

  const isWellFormed = (encoding: string, bytes: readonly number[]): boolean => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(Uint8Array.from(bytes));
      return true;
    } catch {
      return false;
    }
  };

  test.each(encodings)('is the same as the whole: %s', (encoding) => {
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 24 }),
        fc.array(fc.nat(24), { maxLength: 4 }),
        (bytes, cuts) => {
          // Where legacy bytes are malformed, Node's decoders count replacements by what they were handed.
          fc.pre(encoding.startsWith('utf-') || isWellFormed(encoding, bytes));
          // Leads that Node's EUC-KR passes over without a word.
          fc.pre(encoding !== 'euc-kr' || !bytes.some((one) => one > 0x80 && one < 0xa1));
          const whole = new TextDecoder(encoding).decode(Uint8Array.from(bytes));
          const decoder = new TextDecoder(encoding);
          let text = '';
          let from = 0;
          for (const cut of cuts.toSorted((a, b) => a - b)) {
            text += decoder.decode(Uint8Array.from(bytes.slice(from, cut)), { stream: true });
            from = Math.max(from, Math.min(cut, bytes.length));
          }
          expect(text + decoder.decode(Uint8Array.from(bytes.slice(from)))).toBe(whole);
        },
      ),
      { numRuns: 3_000, seed: 11 },
    );
  });

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])('is what Node reads: %s', (encoding) => {
    // Node's own windows-1252 is latin1 in some versions: only what both agree on.
    const bytes =
      encoding === 'windows-1252' ? fc.oneof(fc.nat(0x7f), fc.integer({ min: 0xa0, max: 0xff })) : byte;
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 32 }), (list) => {
        const input = Uint8Array.from(list);
        expect(new TextDecoder(encoding).decode(input)).toBe(
          new globalThis.TextDecoder(encoding).decode(input),
        );
      }),
      { numRuns: 3_000, seed: 11 },
    );
  });
});
