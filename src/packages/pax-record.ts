import type { FailTarball } from './tarball-error.js';

/** What a pax header may say: names and sizes are compared with the entry's own, times and owners are not kept. */
const KEYS: ReadonlySet<string> = new Set([
  'path',
  'size',
  'mtime',
  'atime',
  'ctime',
  'uid',
  'gid',
  'uname',
  'gname',
  'comment',
  'charset',
  'SCHILY.dev',
  'SCHILY.ino',
  'SCHILY.nlink',
]);

/** What a writer puts in the place of a name that has no room. */
const PLACEHOLDER = 'PaxHeader';
/** A name of an old header has room for 100 bytes; one that was cut is nearly as long. */
const NAME_BYTES = 100;
const MIN_CUT_BYTES = 90;

/** Reads the records of a pax header, `LENGTH KEY=VALUE\n` each. Throws for what readers do not agree about. */
export function readPax(content: Buffer, fail: FailTarball): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const [head = '', digits = ''] = /^(\d{1,9}) /.exec(content.toString('latin1', at, at + 12)) ?? [];
    const end = at + Number(digits);
    const record = content.subarray(at + head.length, end);
    const isWhole = head !== '' && end > at + head.length && end <= content.length && record.at(-1) === 0x0a;
    const text = isWhole ? textOf(record.subarray(0, -1)) : undefined;
    const sign = text?.indexOf('=') ?? -1;
    if (text === undefined || sign < 1 || /[\0\n]/.test(text))
      throw fail('pax-record', 'a pax header has a record that readers do not agree about');
    const key = text.slice(0, sign);
    if (!KEYS.has(key))
      throw fail(
        'pax-key',
        `a pax header sets ${JSON.stringify(key.slice(0, 60))}, which a package has no use for`,
      );
    if (records.has(key)) throw fail('pax-record', `a pax header sets ${key} twice`);
    records.set(key, text.slice(sign + 1));
    at = end;
  }
  return records;
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether the name in an entry's own header is the one that a header before it gives: the same, or what there is room for of a longer one. */
export function agrees(own: Buffer, path: string): boolean {
  const bytes = Buffer.from(path);
  if (own.equals(bytes)) return true;
  const isLonger = bytes.length > NAME_BYTES;
  // eslint-disable-next-line no-control-regex -- ASCII begins there
  if (own.toString('latin1') === PLACEHOLDER) return isLonger || /[^\u0000-\u007f]/.test(path);
  return isLonger && own.length >= MIN_CUT_BYTES && bytes.subarray(0, own.length).equals(own);
}
