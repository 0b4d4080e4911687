import { isPhlowError, PhlowError } from '../../errors.js';
import type { FlowOrigin } from '../../flow/load-flow.js';
import type { Plan } from '../../flow/plan/plan.js';
import { reasonOf } from '../../flow/engine/cancellation.js';
import type { Caller, CallModule, RunInput } from '../../flow/engine/environment.js';
import type { RunObserver } from '../../flow/engine/observer.js';
import type { NestedMocks } from '../../flow/tests/mocks.js';
import type { CaseOptions, FinishedCase, TestSubject } from '../../flow/tests/run-case.js';
import type { TestCase } from '../../flow/tests/test-tree.js';
import type { Module, LoadOptions } from '../../host/module-types.js';
import type { Host } from '../../host/host.js';
import { FLOW_ENGINE } from '../../host/load/flow-engine.js';
import type { Manifest } from '../../manifest/manifest.js';
import { isMap, type Value, type ValueMap } from '../../values.js';
import type { FlowModule, FlowModuleParameter } from '../flow-module.js';
import { errorData, errorFrom, type ErrorReader } from './error-data.js';
import { failedCase, finishedCase } from './finished-case.js';
import type { ModuleCallRequest, ScriptReply, ScriptRequest, ScriptSource } from './protocol.js';
import { RemoteRun } from './remote-run.js';

/** What a flow is opened with to run apart from the host. */
export interface RemoteFlowOptions {
  readonly host: Host;
  /** The name of the module that runs it; another one when it is taken. */
  readonly nameOf: (n: number) => string;
  readonly manifest: Manifest;
  readonly isolationSettings: LoadOptions;
  readonly origin: FlowOrigin;
  readonly files: Readonly<Record<string, string>>;
  readonly setup: Value;
  readonly envs: () => Value;
  readonly plan: Plan;
  readonly observer: RunObserver | undefined;
  readonly nestedMocks: NestedMocks;
  /** Names of the modules that it declares. */
  readonly declared: readonly string[];
}

/**
 * A flow that runs as modules run: at a level, with limits, in a container of its own. The host has read and checked it; its expressions are
 * computed there, and the modules that it calls are reached through the host.
 */
export class RemoteFlow {
  readonly #options: RemoteFlowOptions;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #runs = new Map<number, RemoteRun>();
  readonly #module: Module;
  #modules: Readonly<Record<string, readonly FlowModuleParameter[]>> = {};
  #call: CallModule = () =>
    Promise.reject(new PhlowError('PHLOW_MODULE_DOWN', 'Cannot call a module: none is loaded'));
  #advance: (ms: number) => Promise<void> = () => Promise.resolve();
  #count = 0;

  private constructor(options: RemoteFlowOptions, module: Module) {
    this.#options = options;
    this.#module = module;
    const { origin, files } = options;
    this.#texts = new Map([
      ...Object.entries(files),
      ...(origin.kind === 'text' ? [[origin.path, origin.text] as const] : []),
    ]);
  }

  /** Starts the module that runs the flow. */
  static async open(options: RemoteFlowOptions): Promise<RemoteFlow> {
    const { host, nameOf, manifest, isolationSettings, origin, files, setup, declared } = options;
    const opened: { flow?: RemoteFlow } = {};
    const source: ScriptSource = { origin, files, ...(setup === undefined ? {} : { setup }) };
    const loadOptions: LoadOptions = {
      ...isolationSettings,
      grant: { modules: declared },
      with: source,
      whenFull: 'wait',
      program: {
        manifest: { ...manifest, permissions: { ...manifest.permissions, modules: declared } },
        callModule: (name, input) => {
          if (opened.flow !== undefined)
            return opened.flow.#answer(name, input as unknown as ModuleCallRequest);
          throw new PhlowError('PHLOW_MODULE_DOWN', `Cannot call module "${name}": the flow is not open yet`);
        },
      },
    };
    for (let n = 1; ; n++) {
      try {
        const module = await host.load(FLOW_ENGINE, { ...loadOptions, name: nameOf(n) });
        return (opened.flow = new RemoteFlow(options, module));
      } catch (error) {
        if (!isPhlowError(error) || error.code !== 'PHLOW_MODULE_NAME_TAKEN') throw error;
      }
    }
  }

  /** The settings of the modules that the flow declares, each as it is asked for: one that cannot be computed throws. */
  async settings(): Promise<(name: string) => Value> {
    const { settings = {} } = await this.#send({ op: 'settings', envs: this.#options.envs() }, undefined);
    return (name) => {
      const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
      if (setting?.failed !== undefined) throw errorFrom(setting.failed, this.#reader(undefined));
      return setting?.value;
    };
  }

  /** Sends it the list of modules and how they are reached. */
  connect(
    flowModules: ReadonlyMap<string, FlowModule>,
    call: CallModule,
    advance: (ms: number) => Promise<void>,
  ): void {
    this.#modules = Object.fromEntries(
      [...flowModules.values()]
        .filter(({ isCallable }) => isCallable)
        .map(({ name, parameters }) => [name, parameters]),
    );
    this.#call = call;
    this.#advance = advance;
  }

  /** Runs the flow once. */
  execute({ main, payload, startStep, signal, traceparent }: RunInput): Promise<Value> {
    return this.#during({ signal, traceparent }, async (run) => {
      const input = {
        ...(main === undefined ? {} : { main }),
        ...(payload === undefined ? {} : { payload }),
        ...(startStep === undefined ? {} : { startStep }),
      };
      const { value } = await this.#send({ op: 'run', ...this.#runContext(run), input }, run);
      return value;
    });
  }

  /** Runs a test case. */
  runCase(
    test: TestCase,
    numbers: { readonly at: number; readonly index: number },
    tests: ValueMap,
    { signal, timeoutMs, advance }: CaseOptions & Pick<TestSubject, 'advance'>,
  ): Promise<FinishedCase> {
    const { nestedMocks } = this.#options;
    const startedAt = performance.now();
    const known = { test, index: numbers.index };
    const took = (): { durationMs: number } => ({ durationMs: performance.now() - startedAt });
    return this.#during({ signal, traceparent: undefined }, async (run) => {
      // Which are mocked is known here; what they answer is computed there.
      nestedMocks.answer = (path, input, payload) =>
        test.mocks.has(path) ? this.#mocked(run, path, input, payload) : undefined;
      try {
        const asked = { ...numbers, tests, timeoutMs, canAdvance: advance !== undefined };
        const reply = await this.#send({ op: 'case', ...this.#runContext(run), ...asked }, run, timeoutMs);
        return finishedCase(reply.finished, { ...known, ...took() }, this.#reader(run));
      } catch (error) {
        // What ended the module that ran it is what became of the case.
        return failedCase(error, { ...known, ...took() });
      } finally {
        nestedMocks.answer = undefined;
      }
    });
  }

  async close(): Promise<void> {
    await this.#module.close();
  }

  async #mocked(run: number, path: string, input: Value, payload: Value): Promise<Value> {
    const given = {
      ...(input === undefined ? {} : { input }),
      ...(payload === undefined ? {} : { payload }),
    };
    return (await this.#send({ op: 'mocked', path, ...given }, run)).value;
  }

  #runContext(
    run: number,
  ): Pick<Extract<ScriptRequest, { op: 'run' }>, 'run' | 'envs' | 'modules' | 'isCounted'> {
    const { envs, observer } = this.#options;
    return { run, envs: envs(), modules: this.#modules, isCounted: observer !== undefined };
  }

  async #during<T>(
    { signal, traceparent }: Pick<Caller, 'signal' | 'traceparent'>,
    work: (run: number) => Promise<T>,
  ): Promise<T> {
    const number = ++this.#count;
    const run = new RemoteRun({ signal, traceparent }, this.#options.plan.ending?.finally !== undefined);
    this.#runs.set(number, run);
    try {
      return await work(number);
    } catch (error) {
      await run.settled();
      // The run ends for the reason that its caller has, not for what that did to the package.
      throw signal?.aborted === true ? reasonOf(signal) : error;
    } finally {
      this.#runs.delete(number);
      run.end();
    }
  }

  async #send(request: ScriptRequest, run: number | undefined, timeoutMs?: number): Promise<ScriptReply> {
    const signal = run === undefined ? undefined : this.#runs.get(run)?.signal;
    // A test case that misses its deadline ends there; this is for one whose flow does not let it.
    const deadline = timeoutMs === undefined ? {} : { timeoutMs: timeoutMs + ROOM_MS };
    const reply = await this.#module.call<unknown>(request, { signal, ...deadline });
    const { failed, counts, ...outcome } = (isMap(reply) ? reply : {}) as ScriptReply;
    this.#countSteps(counts);
    if (failed !== undefined) throw errorFrom(failed, this.#reader(run));
    return outcome;
  }

  /** For coverage. What a package says of itself can do no more than look well covered. */
  #countSteps(counts: unknown): void {
    const { plan, observer } = this.#options;
    if (observer?.counted === undefined || !Array.isArray(counts)) return;
    for (const count of counts as readonly unknown[]) {
      const [index, entered, whenTrue, whenFalse] = Array.isArray(count) ? count.map(Number) : [];
      const step = index === undefined ? undefined : plan.steps[index];
      if (step !== undefined) observer.counted(step, entered ?? 0, whenTrue ?? 0, whenFalse ?? 0);
    }
  }

  #reader(run: number | undefined): ErrorReader {
    const errors = run === undefined ? undefined : this.#runs.get(run)?.errors;
    return { known: (ref) => errors?.get(ref), textOf: (file) => this.#texts.get(file) };
  }

  /** A package of the flow's, to one of its modules. */
  async #answer(name: string, request: ModuleCallRequest): Promise<Value> {
    const run = this.#runs.get(request.run);
    if (run === undefined) {
      const failed = new PhlowError(
        'PHLOW_FLOW_CANCELLED',
        `Cannot call module "${name}": the run has ended`,
      );
      return { failed: errorData(failed, () => undefined) } as unknown as Value;
    }
    if ('phase' in request) {
      run.reached(request.phase === 'ended' ? 'ended' : 'began');
      return {};
    }
    if ('cancel' in request) {
      run.giveUp(request.cancel, name);
      return {};
    }
    if ('advanceMs' in request) {
      const { advanceMs } = request;
      return run.replyOf(() => this.#advance(advanceMs).then(() => undefined));
    }
    return run.call(request.call, name, (signal) =>
      this.#call(name, request.input, request.payload, {
        signal,
        step: undefined,
        traceparent: run.traceparent,
        id: request.run,
      }),
    );
  }
}

const ROOM_MS = 250;
