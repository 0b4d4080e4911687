import { PassThrough } from 'node:stream';
import { runCli } from '../../src/cli/cli.js';
import { Printer } from '../../src/cli/print.js';
import type { Ended } from './run-phlow.js';
import { writtenTo } from './written-to.js';

/** Runs a command line in this process: for what needs no process of its own. */
export async function runHere(args: readonly string[]): Promise<Ended> {
  const out = new PassThrough();
  const err = new PassThrough();
  const print = new Printer(out, err, {});
  const code = await runCli(args, {
    print,
    signal: new AbortController().signal,
    extendShutdown: () => undefined,
  });
  return { code, stdout: writtenTo(out).toString(), stderr: writtenTo(err).toString() };
}
