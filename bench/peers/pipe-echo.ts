import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { FrameReader, MAX_FRAME_BYTES, writeFrame } from '../../src/wire/byte-frames.js';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** The least that another process can cost: a child that sends back every byte, frames and JSON on this side only. */
export async function startPipeEcho(): Promise<Peer> {
  const child = spawn(process.execPath, [fileURLToPath(threadFile('pipe-echo'))], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  await once(child, 'spawn');
  const channel = child.stdio[3] as Duplex;
  const waiting: ((value: unknown) => void)[] = [];
  // Bytes come back in the order in which they went.
  const reader = new FrameReader(MAX_FRAME_BYTES, (frame) => waiting.shift()?.(JSON.parse(frame.toString())));
  channel.on('data', (chunk: Buffer) => reader.push(chunk));
  return {
    name: 'bare process',
    setup: 'a child that echoes bytes over a socket pair, JSON on one side only: the floor of a process',
    call: (value) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        writeFrame(channel, JSON.stringify(value));
      }),
    stop: async () => {
      const gone = once(child, 'exit');
      channel.destroy();
      await gone;
    },
  };
}
