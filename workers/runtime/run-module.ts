import { PhlowError } from '../../src/errors.js';
import type { Context, MainContext } from '../../src/sdk/context.js';
import type { Network } from '../../src/sdk/capabilities.js';
import { toFault } from '../../src/wire/fault.js';
import type { ModuleOutbox } from './module-outbox.js';
import { UP, type Batch, type Ready, tagOf } from '../../src/wire/protocol.js';
import type { ModuleSetting } from './handler-context.js';
import type { Control } from '../../src/wire/control.js';
import { createControl } from './control.js';
import type { Definition } from './definition.js';
import { createCapabilities, type Capabilities } from './capabilities.js';
import { Server, type ServeOptions } from './serve.js';
import { withValidators } from './validators.js';

/** What it takes to run a module, wherever that is. */
export interface RunOptions extends Pick<
  ServeOptions,
  'outbox' | 'events' | 'checkInput' | 'checkOutput' | 'concurrency'
> {
  /** Called once: hands out the function that takes batches from the host. */
  readonly listen: (receive: (batch: Batch) => void) => void;
  readonly setting: Omit<ModuleSetting, keyof Capabilities | 'capabilitiesFor' | 'emit'>;
  /** Loads the module's code: the first foreign code that runs. It may be handed the network, which can be used from `start` on. */
  readonly load: (net: Pick<Network, 'fetch'>) => Definition | Promise<Definition>;
  /** Freezes what the module is handed, where it must not be able to change it. */
  readonly seal?: <T>(value: T) => T;
  /** Has the log say what it still has to say. */
  readonly flushLog: () => void;
  readonly isMain: boolean;
  /** Environment variables that the module may see. */
  readonly env: Readonly<Record<string, string>>;
  readonly heapUsed: () => number;
  readonly osThreadId: number | undefined;
}

/** A module that takes packages. */
export interface RunningModule {
  readonly server: Server;
  readonly control: Control;
}

/**
 * Loads a module's code, starts it and reports "ready", or the fault that kept it from that. Undefined in the latter case; the host
 * then ends the container.
 */
export async function runModule(options: RunOptions): Promise<RunningModule | undefined> {
  const { outbox, seal = (value) => value } = options;
  try {
    const started: { capabilities?: Capabilities } = {};
    const loaded = await options.load({
      fetch: (url, request) => started.capabilities?.net.fetch(url, request) ?? Promise.reject(tooEarly()),
    });
    const definition = withValidators(options.setting.name, loaded);
    const stopping = new AbortController();
    // Capabilities are used through the server, which is made once `start` has returned its state.
    const server = new Server({ ...options, name: options.setting.name, definition });
    // Before `start`, which may use capabilities: what the host replies to it comes in here.
    options.listen(server.receive);
    const capabilitiesFor = (id?: number): Capabilities =>
      seal(
        createCapabilities(
          options.env,
          (name, args) => server.requests.request(name, args, id),
          server.listening,
        ),
      );
    started.capabilities = capabilitiesFor();
    const shared = { ...options.setting, ...started.capabilities, emit: seal(server.events.emit) };
    const setting: ModuleSetting = { ...shared, capabilitiesFor };
    const context: Context = { ...shared, signal: stopping.signal };
    const isMain = options.isMain && definition.main !== undefined;
    const state = await definition.start?.({ ...context, isMain });
    server.open(setting, state);
    const control = createControl(server, definition, state, stopping, outbox, options);
    const ready: Ready = {
      isCallable: definition.handler !== undefined,
      isMain,
      drains: isMain && definition.drain !== undefined,
      answersInvalid: definition.invalid !== undefined,
      osThreadId: options.osThreadId,
    };
    outbox.push(tagOf(0, UP.ready), ready);
    if (isMain)
      void runMain(
        definition,
        {
          ...context,
          dispatch: (main, how) => server.requests.runs.dispatch(main, how),
          describe: (steps) => server.requests.runs.describe(steps),
        },
        state,
        outbox,
      );
    return { server, control };
  } catch (error) {
    outbox.push(tagOf(0, UP.failed), toFault(error));
    return undefined;
  }
}

function tooEarly(): PhlowError {
  return new PhlowError(
    'PHLOW_PERMISSION_DENIED',
    'Cannot fetch: the module is being loaded; do it in start or in the handler',
  );
}

async function runMain(
  definition: Definition,
  context: MainContext,
  state: unknown,
  outbox: ModuleOutbox,
): Promise<void> {
  try {
    await definition.main?.(context, state);
    outbox.push(tagOf(0, UP.mainEnded), undefined);
  } catch (error) {
    outbox.push(tagOf(0, UP.mainEnded), toFault(error));
  }
}
