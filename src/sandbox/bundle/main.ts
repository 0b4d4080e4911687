import { subscribe } from 'node:diagnostics_channel';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { stop } from 'esbuild';
import { buildBundle, type BundleJob } from './build.js';

// The bundler's own process: one job on standard input, one outcome on standard output, then it ends. Hostile source is parsed here and not
// in the host, so that what crashes, hangs or bloats a parser costs one load and nothing else.
const started: ChildProcess[] = [];
subscribe('child_process', (message) => started.push((message as { process: ChildProcess }).process));
const job = JSON.parse(await text(process.stdin)) as BundleJob;
process.stdout.write(JSON.stringify(await buildBundle(job)));
// The program that it works with is waited for: nobody else would, where the host is the first process of a container.
const running = started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
const gone = running.map((child) => {
  child.ref();
  return once(child, 'exit');
});
await stop();
await Promise.all(gone);
