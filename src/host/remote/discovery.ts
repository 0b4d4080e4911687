import type { Bus, BusSubscription } from '../../nats/bus.js';
import { PHLOW_VERSION } from '../../version.js';
import type { LoadedModule } from '../module/loaded-module.js';
import { QUEUE } from './subjects.js';

/** What a service says of itself to the tools of NATS. */
export interface Discovered {
  readonly bus: Bus;
  readonly service: string;
  readonly instance: string;
  readonly module: LoadedModule;
  /** The subject of its calls. */
  readonly subject: string;
  readonly counts: ServiceCounts;
}

/** What a service has done. */
export interface ServiceCounts {
  requests: number;
  errors: number;
  /** Milliseconds from calls coming in to their answers. */
  ms: number;
}

const NS_PER_MS = 1e6;

/**
 * Answers the questions that NATS services answer by convention (`$SRV.PING`, `INFO` and `STATS`: of all, by name, by instance), so that `nats micro` and
 * other tools list, describe and measure it.
 */
export function discoverable(discovered: Discovered): readonly BusSubscription[] {
  const { bus, service, instance } = discovered;
  const started = new Date().toISOString();
  const answers: Readonly<Record<string, () => object>> = {
    PING: () => ({}),
    INFO: () => infoOf(discovered),
    STATS: () => statsOf(discovered, started),
  };
  return Object.entries(answers).flatMap(([verb, answer]) =>
    [`$SRV.${verb}`, `$SRV.${verb}.${service}`, `$SRV.${verb}.${service}.${instance}`].map((subject) =>
      bus.subscribe(subject, ({ reply }) => {
        if (reply !== undefined) bus.publish(reply, textOf(discovered, verb, answer()));
      }),
    ),
  );
}

function textOf({ service, instance, module }: Discovered, verb: string, more: object): string {
  return JSON.stringify({
    type: `io.nats.micro.v1.${verb.toLowerCase()}_response`,
    name: service,
    id: instance,
    // The convention asks for one.
    version: module.manifest.version ?? '0.0.0',
    metadata: { phlow: PHLOW_VERSION, module: module.manifest.name, level: module.level },
    ...more,
  });
}

function infoOf({ module, subject }: Discovered): object {
  const { description = '', input, output } = module.manifest;
  const metadata = { input: JSON.stringify(input ?? {}), output: JSON.stringify(output ?? {}) };
  return { description, endpoints: [{ name: 'call', subject, queue_group: QUEUE, metadata }] };
}

function statsOf({ module, subject, counts }: Discovered, started: string): object {
  const { requests, errors, ms } = counts;
  const call = {
    name: 'call',
    subject,
    queue_group: QUEUE,
    num_requests: requests,
    num_errors: errors,
    last_error: '',
    processing_time: Math.round(ms * NS_PER_MS),
    average_processing_time: requests === 0 ? 0 : Math.round((ms * NS_PER_MS) / requests),
    data: { state: module.state, waiting: module.waiting, restarts: module.restarts.count },
  };
  return { started, endpoints: [call] };
}
