import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One case of llhttp's tests: what is sent, and what its parser says to it. */
export interface ParserCase {
  /** `FILE:LINE TITLE`. */
  readonly name: string;
  /** What is parsed and how: `request`, `request-lenient-headers`, `response`, `url`. */
  readonly type: string;
  /** What the case asks of the parser's own interface, such as `skipBody`; not how its tests feed it. */
  readonly options: readonly string[];
  readonly bytes: Buffer;
  /** What the parser says, line by line. */
  readonly log: readonly string[];
}

/** Reads the Markdown files below a folder: each case is a comment with its type, a block `http` or `url`, and a block `log`. */
export function llhttpCases(folder: string): readonly ParserCase[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((name) => casesOf(name, readFileSync(join(folder, name), 'utf8')));
}

function casesOf(file: string, text: string): readonly ParserCase[] {
  const cases: ParserCase[] = [];
  const lines = text.split('\n');
  let title = { text: '', line: 0 };
  let meta: Readonly<Record<string, unknown>> = {};
  let sent: { readonly kind: string; readonly text: string } | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.startsWith('#')) title = { text: line.replace(/^#+\s*/, ''), line: i + 1 };
    const comment = /^<!-- meta=(\{.*\}) -->$/.exec(line)?.[1];
    if (comment !== undefined) meta = JSON.parse(comment) as typeof meta;
    const kind = /^```(\w+)$/.exec(line)?.[1];
    if (kind === undefined) continue;
    const end = lines.indexOf('```', i + 1);
    const block = lines.slice(i + 1, end);
    i = end;
    if (kind !== 'log') sent = { kind, text: block.join('\n') };
    else if (sent !== undefined) {
      const { type = sent.kind, pause, ...options } = meta;
      cases.push({
        name: `${file}:${title.line} ${title.text}`,
        type: String(type),
        options: Object.keys(options).filter((option) => option !== 'noScan'),
        bytes: bytesOf(sent.text),
        // Where the parser is told to pause is of no concern to what it parses.
        log: block.filter((entry) => pause === undefined || !/^off=\d+ pause$/.test(entry)),
      });
      sent = undefined;
      meta = {};
    }
  }
  return cases;
}

const ESCAPED: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', f: '\f' };

/** A line ends with CR LF, a backslash at its end joins it to the next one, and signs may be escaped. */
function bytesOf(text: string): Buffer {
  const unescaped = text
    .replace(/\\\n/g, '')
    .replace(/\n/g, '\r\n')
    .replace(/\\([rntf])/g, (_, letter: string) => ESCAPED[letter] ?? '')
    .replace(/\\x([0-9a-fA-F]+)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
    .replace(/\\([0-7]{1,3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
  return Buffer.from(unescaped);
}
