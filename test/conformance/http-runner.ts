import { request as send, type IncomingHttpHeaders } from 'node:http';
import { createHost, type LogLine } from '../../src/index.js';
import { isMap, textOf, type Value } from '../../src/values.js';
import { Deferred } from '../../src/wire/deferred.js';
import { checkRefusal } from './cache-runner.js';
import { checkExact, checkPartial } from './same-reply.js';

type Vector = Readonly<Record<string, unknown>>;

/** What stands in a case besides what is expected of it. */
const GIVEN = ['request', 'headers', 'body', 'json', 'flow_output', 'flow_undefined', 'flow_error'];

/** A response as a client sees it. */
interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is given, and what is expected: one key that ends in `_fixed` or `_fixed_partial` replaces all that is expected of the original. */
function expectationsOf(one: Vector): Vector {
  const isFixed = (key: string): boolean => /_fixed(?:_partial)?$/.test(key);
  if (!Object.keys(one).some(isFixed)) return one;
  return Object.fromEntries(
    Object.entries(one)
      .filter(([key]) => GIVEN.includes(key) || isFixed(key))
      .map(([key, value]) => [key.replace(/_fixed(?=_partial$|$)/, ''), value]),
  );
}

function ask(port: number, one: Vector): Promise<Got> {
  const [method = 'GET', path = '/'] = textOf(one['request'] ?? 'GET /').split(' ');
  const json = 'json' in one ? JSON.stringify(one['json']) : undefined;
  const body = json ?? (one['body'] === undefined ? undefined : textOf(one['body']));
  const headers: Record<string, string> = {
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...(isMap(one['headers']) ? (one['headers'] as Record<string, string>) : {}),
  };
  return new Promise((resolve, reject) => {
    const asked = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function checkResponse(expected: Vector, got: Got): void {
  const { status, headers, header_lists: lists, body, absent_headers: absent } = expected;
  if (status !== undefined) checkExact(status, got.status);
  if (isMap(headers)) checkPartial(headers, got.headers);
  if (isMap(lists)) checkPartial(lists, got.headers);
  if (body !== undefined) checkExact(body, got.body);
  for (const name of Array.isArray(absent) ? absent.map(String) : [])
    if (name in got.headers) throw new Error(`expected no header ${name}, got ${String(got.headers[name])}`);
}

function checkErrors(errors: readonly unknown[], got: Got): void {
  const { error, details } = JSON.parse(got.body) as { error: string; details: readonly unknown[] };
  checkExact('Validation failed', error);
  const sorted = (list: readonly unknown[]): readonly string[] => list.map((item) => textOf(item)).sort();
  checkExact(sorted(errors), sorted(details));
}

/** Runs the vectors of http_server: each in a thread of its own, with requests over real connections. */
export async function checkHttpServer(vector: Vector): Promise<void> {
  const port = new Deferred<number>();
  const log = ({ message, fields }: LogLine): void => {
    if (message.startsWith('Listening on')) port.resolve(Number(fields?.['port']));
  };
  let main: Value;
  let hasRun: boolean;
  let current: Vector = {};
  const dispatch = (given: Value): Promise<Value> => {
    main = given;
    hasRun = true;
    if (current['flow_error'] === true) return Promise.reject(new Error('the flow has failed'));
    return Promise.resolve(current['flow_output'] as Value);
  };
  const host = await createHost({ logLevel: 'info', log });
  try {
    const given = vector['with'] ?? {};
    const spec = vector['spec'];
    const settings = isMap(given)
      ? { ...given, host: '127.0.0.1', port: 0, ...(spec === undefined ? {} : { openapi_spec: spec }) }
      : given;
    const loading = host.load('http_server', { with: settings, dispatch });
    if ('config_error' in vector) {
      await checkRefusal(loading, vector['config_error']);
      return;
    }
    await loading;
    for (const one of [vector['cases'], vector['requests']].flat().filter(isMap)) {
      current = expectationsOf(one);
      hasRun = false;
      main = undefined;
      const got = await ask(await port.promise, current);
      if (isMap(current['expect'])) checkResponse(current['expect'], got);
      if (current['status'] !== undefined) checkExact(current['status'], got.status);
      if (Array.isArray(current['errors'])) checkErrors(current['errors'], got);
      if (current['reaches_flow'] !== undefined) checkExact(current['reaches_flow'], hasRun);
      if ('main' in current) checkExact(current['main'], main);
      if ('main_partial' in current) checkPartial(current['main_partial'], main);
    }
  } finally {
    await host.close();
  }
}
