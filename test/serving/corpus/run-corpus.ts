import { isDeepStrictEqual } from 'node:util';
import { createHost, type LogLine } from '../../../src/index.js';
import { isMap, textOf, type Value } from '../../../src/values.js';
import { Deferred } from '../../../src/wire/deferred.js';
import { RawClient, statusesIn } from '../../http/raw-client.js';
import { DIFFERENCES } from './differences.js';
import { expectationOf, type Expectation, type Seen } from './expectation.js';
import type { ParserCase } from './llhttp-cases.js';

/** The levels at which the module has its own socket, and the host's. */
export const LEVELS = ['trusted', 'isolated'] as const;
type Level = (typeof LEVELS)[number];

/** What the cases came to at one level. */
export interface CorpusReport {
  readonly level: Level;
  readonly passed: string[];
  readonly failed: Told[];
  /** Answered otherwise than the case says, for a reason that stands in the list. */
  readonly different: Told[];
  readonly leftOut: Told[];
}

/** A case, and what there is to say about it. */
export interface Told {
  readonly name: string;
  readonly reason: string;
}

/** No case waits longer than this for the end of its connection. */
const CASE_TIMEOUT_MS = 2_000;

/** Sends the request of each case over a connection of its own to http_server, and compares what the flow saw and what the client got with the case. */
export async function runCorpus(cases: readonly ParserCase[], level: Level): Promise<CorpusReport> {
  const report: CorpusReport = { level, passed: [], failed: [], different: [], leftOut: [] };
  const seen: Seen[] = [];
  const listening = new Deferred<number>();
  const log = ({ message, fields }: LogLine): void => {
    if (message.startsWith('Listening')) listening.resolve(Number(fields?.['port']));
  };
  const host = await createHost({ log });
  try {
    await host.load('http_server', {
      isolation: level,
      ...(level === 'trusted' ? {} : { grant: { net: { listen: ['127.0.0.1:0'] } } }),
      with: { host: '127.0.0.1', port: 0 },
      dispatch: (main) => {
        seen.push(seenBy(main));
        return Promise.resolve('ok');
      },
    });
    const port = await listening.promise;
    for (const one of cases) {
      const { name } = one;
      const reason = leftOutFor(one);
      if (reason !== undefined) {
        report.leftOut.push({ name, reason });
        continue;
      }
      seen.length = 0;
      const expected = expectationOf(one);
      const statuses = await answersTo(port, expected);
      const problem =
        statuses === undefined ? 'the connection stayed open' : problemOf(expected, seen, statuses);
      const accepted = DIFFERENCES.find(({ cases: named }) => named.some((part) => name.endsWith(part)));
      if (problem === undefined) report.passed.push(name);
      else if (accepted === undefined) report.failed.push({ name, reason: problem });
      else report.different.push({ name, reason: `${problem}: ${accepted.reason}` });
    }
  } finally {
    await host.close();
  }
  return report;
}

/** Why a case is not sent; undefined where it is. */
function leftOutFor({ type, options }: ParserCase): string | undefined {
  if (type.includes('lenient')) return 'a lenient mode of the parser, which is off';
  if (type.startsWith('response')) return 'a response: for clients';
  if (type === 'url') return 'a URL without a request';
  if (options.includes('skipBody')) return 'a parser that is told to skip bodies';
  return undefined;
}

/** Sends the bytes; resolves with the final statuses once the server has closed the connection, and with undefined if it never does. */
async function answersTo(
  port: number,
  { bytes, requests, rest }: Expectation,
): Promise<readonly number[] | undefined> {
  const client = await RawClient.open(port);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), CASE_TIMEOUT_MS);
  });
  const answered = async (): Promise<readonly number[]> => {
    client.write(bytes);
    // What was refused ends of itself. A client that ends before it has its answers gets none.
    if (rest !== 'refused') {
      await client.until((text) => finalStatuses(text).length >= requests.length).catch(() => undefined);
      client.end();
    }
    return finalStatuses(await client.closed());
  };
  try {
    return await Promise.race([answered(), late]);
  } finally {
    clearTimeout(timer);
    client.destroy();
  }
}

function finalStatuses(text: string): readonly number[] {
  return statusesIn(text).filter((status) => status >= 200);
}

/** What is wrong; undefined where all is right. */
function problemOf(
  { requests, rest }: Expectation,
  seen: readonly Seen[],
  statuses: readonly number[],
): string | undefined {
  // The server answers these itself.
  const wanted = requests.filter(({ method }) => method !== 'OPTIONS');
  if (seen.length !== wanted.length)
    return `${seen.length} runs in the place of ${wanted.length}; answers: ${statuses.join(' ')}`;
  for (const [i, { headers, ...request }] of wanted.entries()) {
    const { headers: shownHeaders, ...got } = seen[i] ?? { headers, ...request };
    if (!isDeepStrictEqual(got, request))
      return `the flow saw ${JSON.stringify(got)}, not ${JSON.stringify(request)}`;
    // A value that is not of ASCII is left out.
    const shown = Object.entries(headers).filter(([, value]) => /^[\t\x20-\x7e]*$/.test(value));
    const wrong = shown.find(([name, value]) => shownHeaders[name] !== value);
    if (wrong !== undefined)
      return `the flow saw "${shownHeaders[wrong[0]] ?? ''}" in the header ${wrong[0]}, not "${wrong[1]}"`;
  }
  const isGood = requests.every((_, i) => statuses[i] === 200);
  const after = statuses.slice(requests.length);
  const isEnded =
    after.length === 0
      ? rest !== 'refused' || requests.length > 0
      : after.length === 1 && after[0] === 400 && rest !== 'none';
  return isGood && isEnded
    ? undefined
    : `answers: ${statuses.join(' ') || 'none'}; ${requests.length} requests, the rest ${rest}`;
}

/** What the flow saw of a request. */
function seenBy(main: Value): Seen {
  const { method, uri, headers, body, body_base64: base64 } = isMap(main) ? main : {};
  return {
    method: textOf(method),
    url: textOf(uri),
    headers: isMap(headers) ? (headers as Record<string, string>) : {},
    body:
      typeof base64 === 'string'
        ? Buffer.from(base64, 'base64')
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}
