import { describe, expect, test } from '@jest/globals';
import type { HttpRequest, HttpResponse } from '../../../src/sdk/http.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import type { CapabilityUse } from '../../../src/sandbox/broker/broker.js';
import { exchange, statusesIn } from '../../http/raw-client.js';
import { WholeBodies } from '../../../src/sandbox/broker/whole-bodies.js';
import { effective } from '../../support/effective.js';
import { errorOf } from '../../support/with-host.js';

const GRANTED = effective({ listen: [{ host: '127.0.0.1', port: undefined }] });
const OK: HttpResponse = { status: 200, headers: [], body: 'ok' };
const answer = (): Promise<HttpResponse> => Promise.resolve(OK);
const GET = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

type Opened = { readonly listener: number; readonly port: number };

describe('a brokered listener', () => {
  test('hands requests over until it is closed', async () => {
    const uses: CapabilityUse[] = [];
    const broker = createBroker(GRANTED, { record: (use) => uses.push(use) });
    const seen: [number, string][] = [];
    const handOver = (listener: number, { target }: HttpRequest): Promise<HttpResponse> => {
      seen.push([listener, target]);
      return answer();
    };
    const { signal } = new AbortController();
    const opened = (await broker.call(
      'net.listen',
      [{ host: '127.0.0.1', port: 0 }],
      signal,
      {},
      handOver,
    )) as Opened;
    expect(statusesIn(await exchange(opened.port, GET))).toEqual([200]);
    expect(seen).toEqual([[opened.listener, '/']]);
    expect(await broker.call('net.listener', [opened.listener, 'figures'])).toMatchObject({ handled: 1 });
    await broker.call('net.listener', [opened.listener, 'close']);
    expect(await errorOf(exchange(opened.port, GET))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(uses[0]).toEqual({ capability: 'net.listen', target: '127.0.0.1:0', outcome: 'done' });
    await broker.close();
  });

  test('is one of eight at most, also of those that are opened at once; one that is closed makes room', async () => {
    const broker = createBroker(GRANTED);
    const open = (): Promise<unknown> =>
      broker.call('net.listen', [{ host: '127.0.0.1', port: 0 }], new AbortController().signal, {}, answer);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, open));
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(2);
    await broker.call('net.listener', [1, 'close']);
    await open();
    expect(await errorOf(open())).toMatchObject({ code: 'PHLOW_PERMISSION_DENIED' });
    await broker.close();
  });

  test('ends with the instance, and with the broker', async () => {
    const broker = createBroker(GRANTED);
    const instance = new AbortController();
    const open = async (): Promise<Opened> =>
      (await broker.call(
        'net.listen',
        [{ host: '127.0.0.1', port: 0 }],
        instance.signal,
        {},
        answer,
      )) as Opened;
    const first = await open();
    instance.abort();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(await errorOf(exchange(first.port, GET))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await errorOf(open())).toMatchObject({ code: 'PHLOW_PERMISSION_DENIED' });
    await broker.close();
  });

  test.each([
    [[{ host: '127.0.0.2', port: 0 }], /127.0.0.2:0 was not granted/],
    [[{ host: '::', port: 0 }], /\[::\]:0 was not granted/],
    [[{ host: '127.0.0.1' }], /it takes \{ host, port \}/],
    [[{}], /it takes \{ host, port \}/],
    [[null], /argument 1 must be listen-options/],
    [[], /it takes 1 arguments/],
  ])('refuses %j', async (args, message) => {
    const broker = createBroker(GRANTED);
    const error = await errorOf(broker.call('net.listen', args, undefined, {}, answer));
    expect(error).toMatchObject({ code: 'PHLOW_PERMISSION_DENIED', message: expect.stringMatching(message) });
    await broker.close();
  });

  test('has eight at most, within limits that no module can lift', async () => {
    const broker = createBroker(GRANTED);
    const limits = {
      maxHeaderBytes: 1e9,
      maxConnections: 1e9,
      headersTimeoutMs: 0,
      requestTimeoutMs: Number.NaN,
    };
    const options = { host: '127.0.0.1', port: 0, limits };
    for (let i = 0; i < 8; i++) await broker.call('net.listen', [options], undefined, {}, answer);
    const error = await errorOf(broker.call('net.listen', [options], undefined, {}, answer));
    expect(error.message).toMatch(/the module has 8 listeners already/);
    await broker.close();
  });

  test('that was never opened answers nothing, and knows no other question', async () => {
    const broker = createBroker(GRANTED);
    expect(await broker.call('net.listener', [7, 'close'])).toBeNull();
    const opened = (await broker.call(
      'net.listen',
      [{ host: '127.0.0.1', port: 0 }],
      undefined,
      {},
      answer,
    )) as Opened;
    const error = await errorOf(broker.call('net.listener', [opened.listener, 'constructor']));
    expect(error.code).toBe('PHLOW_PERMISSION_DENIED');
    await broker.close();
  });
});

describe('whole bodies', () => {
  const post = (length: number, body: string): string =>
    `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${body}`;

  test('are read before a request is handed over; what is too long never is', async () => {
    const broker = createBroker(GRANTED);
    const bodies: (string | undefined)[] = [];
    const handOver = (_: number, __: HttpRequest, body?: Uint8Array): Promise<HttpResponse> => {
      bodies.push(body && Buffer.from(body).toString());
      return answer();
    };
    const options = { host: '127.0.0.1', port: 0, wholeBodies: true, limits: { maxBodyBytes: 10 } };
    const { port } = (await broker.call('net.listen', [options], undefined, {}, handOver)) as Opened;
    expect(statusesIn(await exchange(port, post(3, 'abc')))).toEqual([200]);
    expect(statusesIn(await exchange(port, GET))).toEqual([200]);
    const chunked =
      'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n0\r\n\r\n';
    expect(statusesIn(await exchange(port, chunked))).toEqual([413]);
    expect(bodies).toEqual(['abc', '']);
    await broker.close();
  });

  test('are with the module only so many at a time, and read only so many', async () => {
    const mib = 1_048_576;
    const answered: (() => void)[] = [];
    const whole = new WholeBodies((_, body) => {
      handed.push(body.byteLength / mib);
      return new Promise((resolve) => answered.push(() => resolve(OK)));
    });
    const handed: number[] = [];
    const piece = new Uint8Array(mib);
    const request = (size: number): HttpRequest =>
      ({
        length: size * mib,
        chunks: async function* () {
          for (let i = 0; i < size; i++) yield piece;
        },
      }) as unknown as HttpRequest;
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    const first = whole.answer(request(6));
    await turns();
    const all = [first, ...[4, 3, 1].map((size) => whole.answer(request(size)))];
    await turns();
    expect(handed).toEqual([6, 1]);
    answered.shift()?.();
    await turns();
    expect(handed.toSorted()).toEqual([1, 3, 4, 6]);
    // What clients only claim to send takes no room from others.
    const stalled = { ...request(64), chunks: () => new ReadableStream() } as unknown as HttpRequest;
    for (let i = 0; i < 100; i++) void whole.answer(stalled);
    expect(await whole.answer({ ...request(65), length: undefined })).toMatchObject({ status: 503 });
    const last = whole.answer(request(1));
    for (let i = 0; i < 4; i++) {
      for (const end of answered.splice(0)) end();
      await turns();
    }
    expect(await last).toBe(OK);
    for (const end of answered) end();
    await Promise.all(all);
  });
});
