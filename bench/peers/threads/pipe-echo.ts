import { Socket } from 'node:net';

const CHANNEL = 3;

const socket = new Socket({ fd: CHANNEL, readable: true, writable: true });
socket.on('data', (chunk: Buffer) => socket.write(chunk));
socket.on('close', () => process.exit(0));
