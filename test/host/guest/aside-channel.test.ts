import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { openAsideChannel } from '../../../src/host/executors/guest/aside-channel.js';

/** A thread that posts things which Node makes objects of its own of, then a text. */
const HOSTILE = `
  const { workerData: port, MessageChannel } = require('node:worker_threads');
  const named = (from, name) => {
    for (let at = from; at !== null; at = Object.getPrototypeOf(at)) {
      const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === name);
      if (found !== undefined) return found;
    }
    throw new Error('this Node has no ' + name);
  };
  const { signal } = new AbortController();
  const forged = require('node:util').transferableAbortSignal(signal);
  const made = { data: { handle: { fd: 77 } }, deserializeInfo: 'internal/fs/promises:FileHandle' };
  forged[named(forged, 'messaging_transfer_symbol')] = () => made;
  port.postMessage(forged, [forged]);
  port.postMessage(new Blob(['x']));
  port.postMessage(require('node:crypto').createSecretKey(Buffer.alloc(8)));
  port.postMessage('a text');
  port.close();
`;

function start(port: MessagePort): Worker {
  return new Worker(HOSTILE, { eval: true, workerData: port, transferList: [port] });
}

function nameOf(message: unknown): string {
  return typeof message === 'string' ? message : (message as object).constructor.name;
}

describe('the channel to the thread of a guest', () => {
  test('makes no object of Node from what comes, and goes on', async () => {
    const channel = openAsideChannel();
    const came: string[] = [];
    const worker = start(channel.theirs);
    await new Promise<void>((resolve) => {
      channel.listen(
        (message) => {
          came.push(nameOf(message));
          if (message === 'a text') resolve();
        },
        () => came.push('unreadable'),
      );
    });
    channel.close();
    await worker.terminate();
    expect(came).toEqual(['unreadable', 'unreadable', 'unreadable', 'a text']);
  });

  test('is needed: an ordinary one makes them', async () => {
    const { port1, port2 } = new MessageChannel();
    const came: string[] = [];
    const worker = start(port2);
    await new Promise<void>((resolve) => {
      port1.on('message', (message: unknown) => {
        came.push(nameOf(message));
        if (message === 'a text') resolve();
      });
    });
    port1.close();
    await worker.terminate();
    expect(came).toEqual(['FileHandle', 'Blob', 'SecretKeyObject', 'a text']);
  });

  test('hands on what still lies in it when the thread has gone', async () => {
    const channel = openAsideChannel();
    const worker = start(channel.theirs);
    await new Promise((resolve) => worker.once('exit', resolve));
    const came: string[] = [];
    channel.drain(
      (message) => came.push(nameOf(message)),
      () => false,
    );
    channel.close();
    expect(came).toEqual(['a text']);
  });
});
