import { fromHex, run, same, throws, toHex, type Result, type Web } from './check.js';

export type LabelCase = readonly [encoding: string, labels: string];
export type FatalCase = readonly [encoding: string, bytes: string];
/** The bytes of each call, all but the last with more to come, and the text of each call or of all. */
export type PieceCase = readonly [
  encoding: string,
  pieces: readonly string[],
  texts: readonly string[] | string,
];
export type EncodeIntoCase = readonly [text: string, read: number, room: number, bytes: string];
export type EncodeCase = readonly [text: string, bytes: string];
export type Base64Case = readonly [text: string, bytes: readonly number[] | null];

const BLANKS = ['', ' ', '\t', '\n', '\f', '\r'];

export function checkLabels({ TextDecoder }: Web, cases: readonly LabelCase[]): Result[] {
  return cases.flatMap(([encoding, labels]) =>
    labels.split(' ').map((label) =>
      run(`label: ${label}`, () => {
        for (const blank of BLANKS) {
          const written = `${blank}${label.toUpperCase()}${blank}`;
          if (encoding === 'replacement') throws('RangeError', () => new TextDecoder(written));
          else same(new TextDecoder(written).encoding, encoding, 'encoding');
        }
        throws('RangeError', () => new TextDecoder(`${label}\0`));
        throws('RangeError', () => new TextDecoder(`\u00a0${label}`));
        throws('RangeError', () => new TextDecoder(`${label}\u000b`));
      }),
    ),
  );
}

export function checkFatal({ TextDecoder }: Web, cases: readonly FatalCase[]): Result[] {
  return cases.map(([encoding, bytes]) =>
    run(`decode fatal: ${encoding} ${bytes}`, () => {
      const decoder = new TextDecoder(encoding, { fatal: true });
      throws('TypeError', () => decoder.decode(fromHex(bytes)));
      // What was malformed leaves nothing behind.
      same(decoder.decode(new Uint8Array()), '', 'text afterwards');
      same(new TextDecoder(encoding).decode(fromHex(bytes)).includes('\ufffd'), true, 'replacement');
    }),
  );
}

export function checkPieces({ TextDecoder }: Web, cases: readonly PieceCase[]): Result[] {
  return cases.map(([encoding, pieces, texts]) =>
    run(`decode: ${encoding} ${pieces.join(' ')}`, () => {
      const decoder = new TextDecoder(encoding);
      const found = pieces.map((piece, at) =>
        decoder.decode(fromHex(piece), { stream: at < pieces.length - 1 }),
      );
      if (typeof texts === 'string') same(found.join(''), texts);
      else found.forEach((text, at) => same(text, texts[at], `text of piece ${at}`));
    }),
  );
}

export function checkEncodeInto({ TextEncoder }: Web, cases: readonly EncodeIntoCase[]): Result[] {
  const places = [
    { more: 0, offset: 0, filler: 0 },
    { more: 10, offset: 4, filler: 0 },
    { more: 0, offset: 0, filler: 0x80 },
    { more: 10, offset: 4, filler: 0x80 },
  ];
  const into = cases.flatMap(([text, read, room, bytes]) =>
    places.map(({ more, offset, filler }) =>
      run(`encodeInto: ${JSON.stringify(text)} at ${offset} of ${filler}`, () => {
        const all = new Uint8Array(room + more).fill(filler);
        const result = new TextEncoder().encodeInto(text, new Uint8Array(all.buffer, offset, room));
        same(result.read, read, 'read');
        same(result.written, bytes.length / 2, 'written');
        const expected = new Uint8Array(room + more).fill(filler);
        expected.set(fromHex(bytes), offset);
        same(toHex(all), toHex(expected), 'bytes');
      }),
    ),
  );
  const wrong = [DataView, Int8Array, Int16Array, Uint32Array, Uint8ClampedArray, Float32Array].map((View) =>
    run(`encodeInto: a ${View.name} is refused`, () =>
      throws('TypeError', () =>
        new TextEncoder().encodeInto('', new (View as never as typeof Uint8Array)(new ArrayBuffer(0))),
      ),
    ),
  );
  return [...into, ...wrong];
}

export function checkEncode({ TextEncoder, TextDecoder }: Web, cases: readonly EncodeCase[]): Result[] {
  return cases.map(([text, bytes]) =>
    run(`encode: ${JSON.stringify(text)}`, () => {
      const encoded = new TextEncoder().encode(text);
      same(toHex(encoded), bytes);
      same(new TextDecoder().decode(encoded), text.replace(/\p{Surrogate}/gu, '\ufffd'), 'text again');
    }),
  );
}

export function checkOptions({ TextDecoder, TextEncoder }: Web): Result[] {
  const mark = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
  return [
    run('decoder: members', () => {
      same(new TextDecoder().encoding, 'utf-8');
      same(new TextDecoder().fatal, false);
      same(new TextDecoder('utf-8', { fatal: true }).fatal, true);
      same(new TextDecoder().ignoreBOM, false);
      same(new TextDecoder('utf-8', { ignoreBOM: true }).ignoreBOM, true);
      same(new TextEncoder().encoding, 'utf-8');
      same(toHex(new TextEncoder().encode()), '');
      same(toHex(new TextEncoder().encode(undefined)), '');
      same(new TextDecoder().decode(), '');
      same(new TextDecoder().decode(undefined), '');
      same(new TextDecoder().decode(undefined, {}), '');
    }),
    run('decoder: the mark is kept when asked', () => {
      same(new TextDecoder('utf-8', { ignoreBOM: true }).decode(mark), '\ufeffa');
      const once = new TextDecoder();
      same(once.decode(mark), 'a');
      same(once.decode(mark), 'a', 'again');
      same(once.decode(mark, { stream: true }), 'a', 'first piece');
      same(once.decode(mark), '\ufeffa', 'in the middle');
    }),
    run('decoder: every kind of bytes is taken, other things are refused', () => {
      const { buffer } = Uint8Array.of(0x61, 0x62);
      same(new TextDecoder().decode(buffer), 'ab');
      same(new TextDecoder().decode(new DataView(buffer, 1)), 'b');
      same(new TextDecoder().decode(new Uint16Array(buffer)), 'ab');
      throws('TypeError', () => new TextDecoder().decode({} as ArrayBuffer));
      throws('TypeError', () => new TextDecoder().decode('a' as never));
    }),
  ];
}

export function checkBase64({ atob, btoa }: Web, cases: readonly Base64Case[]): Result[] {
  return [
    ...cases.map(([text, bytes]) =>
      run(`atob: ${JSON.stringify(text)}`, () => {
        if (bytes === null) throws('InvalidCharacterError', () => atob(text));
        else same(atob(text), String.fromCharCode(...bytes));
      }),
    ),
    run('btoa: all bytes and back', () => {
      const all = String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at));
      for (let end = 0; end <= 256; end++) same(atob(btoa(all.slice(0, end))), all.slice(0, end));
      same(btoa(all.slice(250)), '+vv8/f7/');
    }),
    run('btoa: characters beyond a byte are refused', () =>
      throws('InvalidCharacterError', () => btoa('\u0100')),
    ),
    run('btoa: arguments become text', () => {
      same(btoa(undefined as never), 'dW5kZWZpbmVk');
      same(btoa(null as never), 'bnVsbA==');
      same(btoa(12 as never), 'MTI=');
    }),
  ];
}
