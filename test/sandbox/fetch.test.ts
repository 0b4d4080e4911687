import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Runs a handler's body in a sandboxed module that may reach a server on loopback; `{}` stands for its address in the code. */
async function inGuest(body: string, answer: Answer, isGranted = true): Promise<unknown> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, {
          'phlow.yaml': `name: client\n${isGranted ? `permissions: { net: { connect: ["${place}"] } }\n` : ''}`,
          'index.js': `export default async () => {\n${body.replaceAll('{site}', `http://${place}`)}\n};\n`,
        });
        const grant = isGranted ? { net: { connect: { [place]: place } } } : {};
        const module = await host.load(folder, { isolation: 'sandboxed', grant });
        return await module.call({});
      }),
    );
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const echo: Answer = (request, response) => {
  if (request.url === '/away') {
    response.writeHead(302, { location: '/there' }).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    const { method, url, headers } = request;
    const text = Buffer.concat(chunks).toString();
    response.end(
      JSON.stringify({ method, url, type: headers['content-type'], auth: headers['authorization'], text }),
    );
  });
};

describe('fetch of a guest', () => {
  test('sends method, headers and body, and reads what comes back', async () => {
    const body = `
      const headers = new Headers({ authorization: 'Bearer x', 'Content-Type': 'application/json' });
      const response = await fetch(new URL('/v1?a=b#c', '{site}'), { method: 'post', headers, body: JSON.stringify({ q: 'ü' }) });
      const copy = response.clone();
      return {
        ok: response.ok, status: response.status, type: response.headers.get('Content-Type'), path: new URL(response.url).pathname,
        json: await response.json(), used: response.bodyUsed, bytes: (await copy.arrayBuffer()).byteLength > 0,
      };`;
    expect(await inGuest(body, echo)).toEqual({
      ok: true,
      status: 200,
      type: 'application/json',
      path: '/v1',
      json: { method: 'POST', url: '/v1?a=b', type: 'application/json', auth: 'Bearer x', text: '{"q":"ü"}' },
      used: true,
      bytes: true,
    });
  });

  test('sends queries and forms with their types', async () => {
    const body = `
      const form = new FormData();
      form.append('a', 'b');
      const send = async (body) => (await (await fetch('{site}', { method: 'POST', body })).json());
      const query = await send(new URLSearchParams({ a: 'b c' }));
      const sent = await send(form);
      return [query.type, query.text, sent.type.split(';')[0], sent.text.includes('name="a"')];`;
    expect(await inGuest(body, echo)).toEqual([
      'application/x-www-form-urlencoded;charset=UTF-8',
      'a=b+c',
      'multipart/form-data',
      true,
    ]);
  });

  test('follows redirects, hands them back, or fails, as it is asked', async () => {
    const body = `
      const follow = await fetch('{site}/away');
      const manual = await fetch('{site}/away', { redirect: 'manual' });
      const failed = await fetch('{site}/away', { redirect: 'error' }).catch((error) => error);
      return [follow.redirected, (await follow.json()).url, manual.status, manual.headers.get('location'), failed.name, failed.message.includes('redirect')];`;
    expect(await inGuest(body, echo)).toEqual([true, '/there', 302, '/there', 'TypeError', true]);
  });

  test('gives up when its signal says so, before and while it waits', async () => {
    const body = `
      const early = await fetch('{site}', { signal: AbortSignal.abort('early') }).catch((error) => error);
      const controller = new AbortController();
      const waiting = fetch('{site}', { signal: controller.signal }).catch((error) => error);
      controller.abort();
      const late = await waiting;
      const timeout = await fetch('{site}', { signal: AbortSignal.timeout(1) }).catch((error) => error);
      return [early, late.name, late instanceof DOMException, timeout.name];`;
    // The server never answers.
    expect(await inGuest(body, () => undefined)).toEqual(['early', 'AbortError', true, 'TimeoutError']);
  });

  test('fails with a TypeError that names the host’s reason where it was not granted', async () => {
    const body = `
      const error = await fetch('http://127.0.0.1:9/').catch((error) => error);
      return [error.name, error.code, error.cause.code];`;
    expect(await inGuest(body, echo)).toEqual([
      'TypeError',
      'PHLOW_PERMISSION_DENIED',
      'PHLOW_PERMISSION_DENIED',
    ]);
  });

  test('is not there without a grant', async () => {
    expect(await inGuest('return [typeof fetch, typeof Headers];', echo, false)).toEqual([
      'undefined',
      'function',
    ]);
  });

  test('gives bodies in pieces to packages that read them so', async () => {
    const body = `
      const decode = (chunks) => chunks.map((chunk) => new TextDecoder().decode(chunk)).join('|');
      const [iterated, read, piped] = await Promise.all([fetch('{site}'), fetch('{site}'), fetch('{site}')]);
      const chunks = [];
      for await (const chunk of iterated.body) chunks.push(chunk);
      const reader = read.body.getReader();
      const steps = [await reader.read(), await reader.read()];
      return {
        iterated: decode(chunks), isUsed: iterated.bodyUsed, again: await iterated.text().catch(String),
        read: decode([steps[0].value]), ends: steps[1].done, isLocked: read.body.locked,
        second: (() => { try { read.body.getReader(); } catch (error) { return error.message; } })(),
        piped: (() => { try { piped.body.pipeTo(); } catch (error) { return error.message; } })(),
        none: new Response().body, isSame: piped.body === piped.body,
      };`;
    expect(await inGuest(body, (_, response) => void response.end('a body'))).toEqual({
      iterated: 'a body',
      isUsed: true,
      again: expect.stringMatching(/it was read already/) as unknown,
      read: 'a body',
      ends: true,
      isLocked: true,
      second: 'Cannot read the body: it has a reader already',
      piped: expect.stringMatching(/there are no streams in a compartment/) as unknown,
      none: null,
      isSame: true,
    });
  });
});
