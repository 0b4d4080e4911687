import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { readBody } from '../../src/http/request-body.js';
import { collectGarbage } from '../support/collect-garbage.js';

const PIECES = 200_000;

test('a body in pieces of a byte each takes the memory of its bytes', async () => {
  const socket = new Socket();
  const message = new IncomingMessage(socket);
  message.headers = { 'transfer-encoding': 'chunked' };
  const body = readBody(message, PIECES);
  const slab = Buffer.alloc(PIECES, 'a');
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < PIECES; at++) {
    message.push(slab.subarray(at, at + 1));
    // Handed on at once, as they are where they come over a connection.
    if (at % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(PIECES * 10);
  message.push(null);
  expect(slab.equals(await body)).toBe(true);
  socket.destroy();
});
