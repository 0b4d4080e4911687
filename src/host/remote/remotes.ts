import { PhlowError } from '../../errors.js';
import { boundedCheck } from '../../manifest/bounded-check.js';
import { compileValidator } from '../../manifest/compile-validator.js';
import { Bus } from '../../nats/bus.js';
import { natsFromEnv, type NatsOptions } from '../../nats/nats-options.js';
import { serviceName, serviceOf } from '../../nats/service-name.js';
import { createBroker } from '../../sandbox/broker/create-broker.js';
import type { Value } from '../../values.js';
import { askingNothing } from '../load/prepare-function.js';
import type { LoadedModule } from '../module/loaded-module.js';
import { DEFAULT_TIMES } from '../module/module-options.js';
import type { Version } from '../module/version.js';
import type { LoadOptions } from '../module-types.js';
import type { Ticker } from '../ticker.js';
import { unlessAborted } from '../waiting.js';
import { describe, questionFor, readDescription, type Description } from './description.js';
import { RemoteExecutor } from './remote-executor.js';
import { Service } from './service.js';
import { subjectsOf } from './subjects.js';

/** Options that say how a module runs: the host decides that which serves it. */
const WHERE_IT_RUNS = [
  'isolation',
  'jail',
  'grant',
  'permissions',
  'installRoots',
  'limits',
  'replicas',
  'affinity',
  'maxHeapMb',
  'dispatch',
  'fakes',
  'faults',
] as const satisfies readonly (keyof LoadOptions)[];

/** A module that another host serves, to be loaded here. */
export interface RemoteSource {
  /** The name of the instance on this host. */
  readonly name: string;
  /** `nats:` and the name of the service. */
  readonly module: string;
  readonly options: LoadOptions;
  readonly givenUp: AbortSignal;
}

/** What a host has to do with others: one connection, opened when it is first needed, for all that it calls and serves there. */
export class Remotes {
  readonly #options: string | NatsOptions | undefined;
  readonly #ticker: Ticker;
  readonly #services = new Set<Service>();
  #bus: Promise<Bus> | undefined;

  constructor(options: string | NatsOptions | undefined, ticker: Ticker) {
    this.#options = options;
    this.#ticker = ticker;
  }

  /**
   * Finds out what is served, and how it is called. Throws PHLOW_MODULE_DOWN when nobody serves it, PHLOW_NATS_FAILED, PHLOW_PEER_MISSING,
   * PHLOW_OPTION_INVALID, PHLOW_WITH_INVALID, PHLOW_MANIFEST_INVALID.
   */
  async prepare({ name, module, options, givenUp }: RemoteSource): Promise<Version> {
    const service = serviceOf(module);
    const given = WHERE_IT_RUNS.find((option) => options[option] !== undefined);
    if (given !== undefined) {
      const message = `Cannot load module "${module}" with the option "${given}": the host decides that which serves it`;
      throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module, option: given } });
    }
    const bus = await unlessAborted(givenUp, this.#connect(`load module "${module}"`));
    const timeoutMs = options.loadTimeoutMs ?? DEFAULT_TIMES.loadMs;
    const question = questionFor(options.with as Value);
    const answer = await unlessAborted(
      givenUp,
      bus.request(subjectsOf(service).manifest, question, timeoutMs),
    );
    if (answer === undefined) throw unserved(module, service, bus);
    const description = await readDescription(answer, { module, service }, givenUp);
    return this.#version(name, service, bus, description);
  }

  /** Offers a module to other hosts. Throws PHLOW_NATS_FAILED, PHLOW_PEER_MISSING, PHLOW_OPTION_INVALID. */
  async serve(module: LoadedModule, name: string, settings: unknown): Promise<Service> {
    const service = serviceName(name, `serve module "${module.name}"`);
    const bus = await this.#connect(`serve module "${module.name}"`);
    const served = new Service({
      bus,
      service,
      module,
      ticker: this.#ticker,
      describe: (asked, instance) => describe(module, settings, instance, asked, bus.maxPayload),
    });
    await served.start();
    this.#services.add(served);
    void served.closed.then(() => this.#services.delete(served));
    return served;
  }

  /** A module has stopped: nobody is to call it. */
  onStopped(name: string): void {
    for (const service of this.#services) if (service.module === name) void service.close(0);
  }

  /** Serves nothing any more; what is called from here still can be. */
  async stopServing(): Promise<void> {
    await Promise.all([...this.#services].map((service) => service.close(DEFAULT_TIMES.drainMs)));
  }

  async close(): Promise<void> {
    const bus = await this.#bus?.catch(() => undefined);
    await bus?.close();
  }

  #version(name: string, service: string, bus: Bus, description: Description): Version {
    const { manifest, level, isCallable, answersInvalid } = description;
    const { input, inputOptional } = manifest;
    const checkInput =
      input && boundedCheck(compileValidator(input, { subject: 'input', optional: inputOptional }), input);
    const ticker = this.#ticker;
    return {
      manifest,
      level,
      jail: undefined,
      entry: '',
      crossing: 'text',
      createExecutor: () =>
        new RemoteExecutor({ bus, service, name, isCallable, checkInput, answersInvalid, ticker }),
      broker: createBroker(askingNothing(name)),
    };
  }

  #connect(attempt: string): Promise<Bus> {
    const options = this.#options ?? natsFromEnv(process.env);
    if (options === undefined) {
      const message = `Cannot ${attempt}: no NATS server is known; give createHost({ nats: URL }), --nats URL, or the variable PHLOW_NATS`;
      return Promise.reject(new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'nats' } }));
    }
    const bus = this.#bus ?? Bus.connect(options);
    this.#bus = bus;
    // The next one who needs it tries again.
    bus.catch(() => (this.#bus = undefined));
    return bus;
  }
}

function unserved(module: string, service: string, bus: Bus): PhlowError {
  const message = `Cannot load module "${module}": no host serves "${service}" over NATS at ${bus.where}; start one with phlow serve MODULE --nats URL`;
  return new PhlowError('PHLOW_MODULE_DOWN', message, { details: { module, service } });
}
