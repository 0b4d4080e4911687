/**
 * `phlow/testing`: run a module or a flow in a test in one call. Everything that a call starts has ended when it settles.
 *
 * @module phlow/testing
 */
import { PhlowError } from './errors.js';
import { Faults } from './host/executors/faults.js';
import { createHost } from './host/create-host.js';
import type { ApplicationFunctions } from './host/function-types.js';
import type { Host } from './host/host.js';
import type { LogLine } from './host/log/log-line.js';
import type { CallOptions, LoadOptions, Module } from './host/module-types.js';
import type { CallArguments, Declared, ModuleName, ReplyOf } from './host/typed-modules.js';
import { openFlow } from './runtime/flow.js';
import type { FlowRunOptions, OpenFlowOptions } from './runtime/flow-options.js';
import type { FlowSource } from './runtime/flow-source.js';
import type { StepInfo } from './runtime/step-events.js';
import type { Value } from './values.js';
import { visibleLine } from './visible-text.js';

export { Faults };
export type { FakeModule, FakeModules } from './host/call/fake-modules.js';
export { testFlow, type TestFlowOptions } from './runtime/tests/test-flow.js';

/**
 * How a module under test is loaded: as `host.load`, but replies are checked against the manifest unless `checkOutput` is false. `isolation` is the level it
 * runs at, `clock: 'manual'` hands its time to the test, `fakes` answer for the modules that it calls, `faults` make it fail on demand.
 */
export type TestModuleOptions<Name extends string = string> = LoadOptions<Name> & {
  /** Functions of the application that the module may call, or what stands in for them; see `functions` of `createHost`. */
  readonly functions?: ApplicationFunctions;
};

/** An event that a module under test has emitted. */
export interface TestedEvent {
  readonly type: string;
  readonly data: Value;
}

/** A module under test. */
export interface TestedModule<Name extends string = string> {
  readonly module: Module<Name>;
  /** The host that it is loaded in, alone until the test loads others there. */
  readonly host: Host;
  /** Sends it one package. */
  call<Reply = Declared>(...args: CallArguments<Name>): Promise<ReplyOf<Reply, Name>>;
  /** Moves the clock of a module loaded with `clock: 'manual'`. */
  advance(ms: number): Promise<void>;
  /** What it logged so far, of every level. */
  readonly logs: readonly LogLine[];
  /** The events that it emitted so far, from its start on. */
  readonly events: readonly TestedEvent[];
}

/**
 * Loads a module in a host of its own, hands it to `use`, and closes both however that ends.
 *
 * @param nameOrPath a built-in name, a folder, or the name of a folder under `phlow_packages`.
 */
export function withModule<T, const Name extends ModuleName = string>(
  nameOrPath: Name,
  options: TestModuleOptions<Name>,
  use: (tested: TestedModule<Name>) => Promise<T> | T,
): Promise<T>;
export async function withModule<T>(
  nameOrPath: string,
  { functions, ...options }: TestModuleOptions = {},
  use: (tested: TestedModule) => Promise<T> | T,
): Promise<T> {
  if (typeof use !== 'function')
    throw new PhlowError(
      'PHLOW_OPTION_INVALID',
      `Cannot test module "${visibleLine(nameOrPath)}": withModule(module, options, use) takes a function that gets the module, found ${typeof use}`,
      { details: { option: 'use' } },
    );
  const logs: LogLine[] = [];
  const events: TestedEvent[] = [];
  const host = await createHost({
    logLevel: 'trace',
    log: (line) => logs.push(line),
    ...(functions === undefined ? {} : { functions }),
  });
  try {
    const module = await host.load(nameOrPath, { checkOutput: true, ...options });
    for (const type of Object.keys(module.manifest.events))
      module.on(type, (data) => events.push({ type, data }));
    // What it has emitted while it was loaded comes first.
    await Promise.resolve();
    return await use({
      module,
      host,
      logs,
      events,
      call: (input, callOptions) => module.call(input, callOptions),
      advance: (ms) => module.clock.advance(ms),
    });
  } finally {
    // What is still held back would be waited for.
    if (options.faults instanceof Faults) options.faults.resume();
    await host.close();
  }
}

/** How a module is loaded for one call, and how it is called. */
type OneCallOptions<Name extends string> = TestModuleOptions<Name> &
  Pick<CallOptions, 'payload' | 'signal' | 'timeoutMs'>;

/** Loads a module, sends it one package, and resolves with the reply. Rejects as `module.call`. */
export function callModule<Reply = Declared, const Name extends ModuleName = string>(
  nameOrPath: Name,
  ...args: CallArguments<Name, OneCallOptions<Name>>
): Promise<ReplyOf<Reply, Name>>;
export function callModule(
  nameOrPath: string,
  input?: unknown,
  options: OneCallOptions<string> = {},
): Promise<Value> {
  const { payload, signal, timeoutMs, ...load } = options;
  return withModule(nameOrPath, load, (tested) => tested.call(input, { payload, signal, timeoutMs }));
}

/** One visit of a step. */
export interface TracedStep {
  /** Where it is in the flow, e.g. `steps[2].then[0]`. */
  readonly path: string;
  readonly id: string | undefined;
  /** How its condition came out; undefined when it has none. */
  readonly outcome: boolean | undefined;
  /** Its output; `hasOutput` tells one that is undefined from none. */
  readonly output: Value;
  readonly hasOutput: boolean;
  readonly error: unknown;
}

/** What a run came to, and how. */
export interface FlowTrace {
  readonly result: Value;
  /** In the order in which they ended. */
  readonly steps: readonly TracedStep[];
  /** What log steps, modules and expressions wrote. */
  readonly logs: readonly LogLine[];
}

/** How a flow under test is run: as `openFlow` and `flow.run` take it. `modules` may stand in for modules that the flow declares. */
export type RunFlowOptions = Omit<OpenFlowOptions, 'log' | 'serve' | 'onStep' | 'concurrency'> &
  FlowRunOptions;

/** Opens a flow, runs it once and closes it; resolves with the result and the way there. Rejects as `openFlow` and `flow.run`. */
export async function runFlow(source: FlowSource, options: RunFlowOptions = {}): Promise<FlowTrace> {
  const { main, payload, signal, timeoutMs, startStep, ...open } = options;
  const logs: LogLine[] = [];
  const steps: TracedStep[] = [];
  const outcomes = new Map<StepInfo, boolean>();
  const errors = new Map<StepInfo, unknown>();
  const flow = await openFlow(source, {
    ...open,
    log: (line) => logs.push(line),
    onStep(event) {
      const { step } = event;
      if (event.type === 'entered') {
        outcomes.delete(step);
        errors.delete(step);
      } else if (event.type === 'asserted') {
        outcomes.set(step, event.outcome);
      } else if (event.type === 'failed') {
        errors.set(step, event.error);
      } else if (event.type === 'left') {
        const { path, id } = step;
        const { hasOutput, output } = event;
        steps.push({ path, id, outcome: outcomes.get(step), hasOutput, output, error: errors.get(step) });
      }
    },
  });
  try {
    const result = await flow.run({
      ...(main === undefined ? {} : { main }),
      ...(payload === undefined ? {} : { payload }),
      signal,
      timeoutMs,
      startStep,
    });
    return { result, steps, logs };
  } finally {
    await flow.close();
  }
}
