import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Host, IsolationLevel } from '../../../src/index.js';
import { isPhlowError } from '../../../src/errors.js';
import { isMap, type Value } from '../../../src/values.js';
import { writeFiles } from '../../support/write-files.js';
import { JOB_FOLDER, ROOT, type Job } from './jobs.js';

/** How a job went. */
export type Outcome =
  | { readonly reply: Value }
  | { readonly limit: string; readonly level: string; readonly message: string }
  | { readonly failed: string };

/** Does a job at a level, with everything granted that it asks for. */
export async function runJob(host: Host, job: Job, isolation: IsolationLevel): Promise<Outcome> {
  mkdirSync(JOB_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(JOB_FOLDER, 'job-'));
  const { permissions = {}, commonJs = false } = job;
  const entry = commonJs ? 'index.cjs' : 'index.mjs';
  writeFiles(folder, {
    'phlow.yaml': JSON.stringify({ name: 'job', version: '1.0.0', entry, permissions }),
    [entry]: job.source,
  });
  try {
    const module = await host.load(folder, {
      isolation,
      installRoots: [join(ROOT, 'node_modules')],
      grant: permissions,
    });
    try {
      return { reply: await module.call(job.input ?? null) };
    } finally {
      await module.close();
    }
  } catch (error) {
    return failure(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failure(error: unknown): Outcome {
  if (!isPhlowError(error)) throw error;
  const { code, data } = error.details;
  if (code !== 'PHLOW_COMPARTMENT_LIMIT' || !isMap(data))
    return { failed: `${error.code}: ${error.message}` };
  return { limit: String(data['limit']), level: String(data['level']), message: error.message };
}

/** Runs `use` with the address of a server on loopback that answers every request with a small JSON. */
export async function withServer<T>(use: (address: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"hello":"world"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
