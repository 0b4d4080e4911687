import { createHost, type Host, type HostOptions, type LogLine, type PhlowError } from '../../src/index.js';

/** Opens a host for one test and closes it however the test ends. Log lines are collected, not written. */
export async function withHost<T>(
  test: (host: Host, lines: readonly LogLine[]) => Promise<T>,
  options: HostOptions = {},
): Promise<T> {
  const lines: LogLine[] = [];
  const host = await createHost({ logLevel: 'trace', log: (line) => lines.push(line), ...options });
  try {
    return await test(host, lines);
  } finally {
    await host.close();
  }
}

/** What a promise was rejected with, read as one of our errors. */
type Rejected = Error & Pick<PhlowError, 'place'> & { code?: string; details?: Record<string, unknown> };

/** Resolves with the error that the promise rejects with; fails when it resolves. */
export async function errorOf(promise: Promise<unknown>): Promise<Rejected> {
  try {
    await promise;
  } catch (error) {
    return error as Rejected;
  }
  throw new Error('expected a rejection, the promise was fulfilled');
}
