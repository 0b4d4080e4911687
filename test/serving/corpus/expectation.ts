import type { ParserCase } from './llhttp-cases.js';

/** A request as it is on the connection, or as a flow has seen it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  /** By names in lower case; the last of equal ones. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a server has to make of the bytes of a case. */
export interface Expectation {
  /** The requests that are whole, in order. */
  readonly requests: readonly Seen[];
  /** What comes after them is refused, or was never sent to its end. */
  readonly rest: 'none' | 'refused' | 'incomplete';
  /** The bytes, with a header `Host` where a request of HTTP/1.1 has none: the parser needs none, a server does. */
  readonly bytes: Buffer;
}

interface Message {
  readonly at: number;
  versionEnd: number | undefined;
  version: string;
  method: string;
  url: string;
  readonly headers: [name: string, value: string][];
  readonly body: Buffer[];
  /** Fields that come after the body are trailers, which no flow sees. */
  hasHead: boolean;
  isComplete: boolean;
}

/** Reads the log of a case. */
export function expectationOf({ bytes, log }: ParserCase): Expectation {
  const messages: Message[] = [];
  let isRefused = false;
  let field: string | undefined;
  for (const entry of log) {
    const [, offset = '', what = ''] = /^off=(\d+|NULL) (.*)$/.exec(entry) ?? [];
    const at = Number(offset);
    const last = messages.at(-1);
    const [, length, span] = /^len=(\d+) span\[(\w+)\]/.exec(what) ?? [];
    if (what === 'message begin') messages.push(messageAt(at));
    // A tunnel or another protocol begins here, which is for the server to decide.
    else if (what.startsWith('error')) isRefused = !what.includes('Pause on');
    else if (last === undefined) continue;
    else if (what === 'message complete') last.isComplete = true;
    else if (what.startsWith('headers complete')) last.hasHead = true;
    else if (what === 'version complete') last.versionEnd = at;
    else if (what === 'header_value complete') field = undefined;
    else if (span !== undefined) {
      const part = bytes.subarray(at, at + Number(length));
      const text = part.toString('latin1');
      if (span === 'method') last.method += text;
      else if (span === 'url') last.url += text;
      else if (span === 'version') last.version += text;
      else if (span === 'body') last.body.push(part);
      else if (last.hasHead) continue;
      else if (span === 'header_field') {
        if (field === undefined) last.headers.push([text, '']);
        else (last.headers.at(-1) ?? ['', ''])[0] += text;
        field = text;
      } else if (span === 'header_value') (last.headers.at(-1) ?? ['', ''])[1] += text;
    }
  }
  const isWhole = messages.every(({ isComplete }) => isComplete);
  return {
    requests: messages.filter(({ isComplete }) => isComplete).map(seenOf),
    rest: isRefused ? 'refused' : isWhole ? 'none' : 'incomplete',
    bytes: withHosts(bytes, messages),
  };
}

function messageAt(at: number): Message {
  return {
    at,
    versionEnd: undefined,
    version: '',
    method: '',
    url: '',
    headers: [],
    body: [],
    hasHead: false,
    isComplete: false,
  };
}

function seenOf({ method, url, headers, body }: Message): Seen {
  const sent = headers.map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  return { method, url, headers: Object.fromEntries(sent), body: Buffer.concat(body) };
}

function withHosts(bytes: Buffer, messages: readonly Message[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const [i, { versionEnd, version }] of messages.entries()) {
    const end = messages[i + 1]?.at ?? bytes.length;
    if (versionEnd === undefined || version !== '1.1') continue;
    const rest = bytes.toString('latin1', versionEnd, end);
    if (!rest.startsWith('\r\n') || /\nhost\s*:/i.test(rest)) continue;
    parts.push(bytes.subarray(from, versionEnd), Buffer.from('\r\nHost: corpus'));
    from = versionEnd;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}
