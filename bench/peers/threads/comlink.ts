import { workerData } from 'node:worker_threads';
import { expose, type Endpoint } from 'comlink';

const api = {
  echo: (value: unknown): unknown => value,
};
/** What the thread offers. */
export type EchoApi = typeof api;

expose(api, workerData as Endpoint);
