import { copyOf } from '../wire/copy.js';
import { PhlowError } from '../errors.js';
import type { FlowInfo, LogDocument } from '../flow/document/flow-document.js';
import type { Diagnostic } from '../flow/diagnostics.js';
import { Cancellation } from '../flow/engine/cancellation.js';
import { resultOf } from '../flow/engine/execute.js';
import { runToEnd } from '../flow/engine/run-to-end.js';
import type { TestSubject } from '../flow/tests/run-case.js';
import { runTests, type TestOptions, type TestReport } from '../flow/tests/run-tests.js';
import { LogOutlet } from '../host/log/log-outlet.js';
import { levelFrom } from '../host/log/log-sink.js';
import { warningOnce } from '../host/log/owner-callback.js';
import type { RunStream } from '../sdk/context.js';
import { readOptions } from '../options.js';
import { FlowCore } from './flow-core.js';
import type {
  FlowRunOptions,
  FlowTools,
  GivenRun,
  LocalModule,
  OpenFlowOptions,
  ResumeOptions,
  StartOptions,
} from './flow-options.js';
import { FlowHost } from './flow-host.js';
import type { FlowModule } from './flow-module.js';
import { findFlow, type FlowSource } from './flow-source.js';
import { holdFlow } from './held-flow.js';
import { openJournal, withoutJournal, type FlowJournal } from './journal/flow-journal.js';
import { OpenContext } from './open-context.js';
import { openSettings } from './open-settings.js';
import {
  CLOSE_OPTIONS,
  OPEN_FLOW_OPTIONS,
  RESUME_OPTIONS,
  RUN_OPTIONS,
  TEST_OPTIONS,
} from './option-rules.js';
import type { StartRun } from './open-module.js';
import { consumers, outOfTime, RunQueue } from './run-queue.js';
import { Timer } from '../timer.js';
import { LinkedList } from '../linked-list.js';
import type { Value } from '../values.js';

/**
 * Opens a flow: reads and checks it, compiles every expression, loads its modules. Nothing has run when it resolves.
 *
 * @throws PHLOW_FLOW_UNREADABLE, PHLOW_FLOW_SYNTAX, PHLOW_FLOW_INVALID, PHLOW_FLOW_INCLUDE, PHLOW_FLOW_TOO_LARGE with the place in
 * the author's file, or why a module cannot be loaded.
 */
export async function openFlow(source: FlowSource, options?: OpenFlowOptions): Promise<Flow> {
  return Flow.open(source, readOptions('Cannot open a flow', options, OPEN_FLOW_OPTIONS));
}

/** An open flow: runs any number of times, several runs at once. */
export class Flow {
  readonly #core: FlowCore;
  readonly #host: FlowHost;
  readonly #queue: RunQueue;
  readonly #clock: 'real' | 'manual';
  readonly #journal: FlowJournal | undefined;
  /** The runs that go on or wait; what is left of them when the flow closes is cancelled. */
  readonly #runs = new LinkedList<Cancellation>();
  #draining: Promise<void> | undefined;
  /** From here on main modules start no more runs either. */
  #isClosed = false;

  private constructor(
    core: FlowCore,
    host: FlowHost,
    queue: RunQueue,
    clock: 'real' | 'manual',
    journal: FlowJournal | undefined,
  ) {
    this.#core = core;
    this.#journal = journal;
    this.#clock = clock;
    this.#host = host;
    this.#queue = queue;
  }

  /** See `openFlow`. */
  static async open(source: FlowSource, options: OpenFlowOptions, tools: FlowTools = {}): Promise<Flow> {
    const { found, journal } = openJournal(findFlow(source), options.journal);
    // The environment is the default because flows exist to read it: `envs.API_KEY` is their way to be configured.
    const own = options.envs ?? process.env;
    const envs = options.envs ?? (found.packageFolder === undefined ? process.env : {});
    const outlet =
      options.log === undefined
        ? new LogOutlet(process.stderr, levelFrom(own['PHLOW_LOG']))
        : new LogOutlet(options.log);
    const log = (module: string, level: LogDocument['level'], message: string): void =>
      outlet.write({ level, time: Date.now(), module, message, fields: undefined });
    const onStep = warningOnce('onStep', options.onStep, (message) => log('phlow', 'warn', message));
    const host = await FlowHost.open(options, outlet);
    const settings = openSettings(options, tools, found, { host, log, envs, onStep });
    const queue = new RunQueue(options.concurrency ?? consumers(own['PHLOW_PACKAGE_CONSUMERS_COUNT']));
    const opened: { flow?: (flow: Flow) => void } = {};
    const ready = new Promise<Flow>((resolve) => (opened.flow = resolve));
    try {
      // A main module may send its first event before the modules behind it are loaded: its run waits for them.
      const onEvent: StartRun = async (main, how) => {
        const flow = await ready;
        return flow.#go(() => flow.#given({ ...how, main, startStep: how?.step }, false), false);
      };
      const { isolationSettings, packageGrant } = holdFlow(found, options, 'Cannot open a flow');
      const context = new OpenContext(settings, found, packageGrant);
      const core = await FlowCore.open(
        found,
        context,
        undefined,
        onEvent,
        isolationSettings && { isolationSettings },
      );
      const flow = new Flow(core, host, queue, options.clock ?? 'real', journal?.());
      opened.flow?.(flow);
      return flow;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** What the flow says about itself. */
  get info(): FlowInfo {
    return this.#core.document.info;
  }

  /** Names of the modules that start runs. */
  get mains(): readonly string[] {
    return this.#core.document.mains.map(({ name }) => name.text);
  }

  /** What is odd about the flow without keeping it from running. */
  get warnings(): readonly Diagnostic[] {
    return this.#core.diagnostics.list();
  }

  /** The modules of the owner's own folders, but for the one that starts runs: `replace` puts their files as they are now in place. */
  get localModules(): readonly LocalModule[] {
    return [...this.#core.flowModules.values()].flatMap(({ name, local }) =>
      local === undefined ? [] : [{ name, ...local }],
    );
  }

  /** Resolves when all main modules have ended, at once for a flow that none serves; rejects with the error of the first one that failed. */
  get mainEnded(): Promise<void> {
    return this.#ofMains((main) => main?.mainEnded);
  }

  async #ofMains(wait: (main: FlowModule | undefined) => Promise<void> | undefined): Promise<void> {
    await Promise.all(this.mains.map(async (name) => wait(this.#core.flowModules.get(name))));
  }

  /**
   * Runs the flow once and resolves with its result: the value of `return`, else the last output, else the initial payload; undefined when
   * there is none of them.
   *
   * @throws PHLOW_FLOW_STEP_FAILED with the step's place and the `cause`; PHLOW_FLOW_CANCELLED, PHLOW_FLOW_TIMED_OUT.
   */
  run(options?: FlowRunOptions): Promise<Value> {
    return this.#go(() => this.#given(options, true), true);
  }

  /** What a caller gives is read and copied, and so is what it gets. What comes from a module is the run's own. */
  #given(options: StartOptions | undefined, isCallers: boolean): GivenRun {
    if (isCallers || this.#isClosed) this.#assertOpen();
    const given: StartOptions = isCallers
      ? readOptions('Cannot run a flow', options, RUN_OPTIONS)
      : (options ?? {});
    const { id, startStep, timeoutMs, signal, traceparent, onStream } = given;
    // Neither does the run change what the application keeps, nor the other way round. Its data is as trusted as the application.
    const copied = (value: unknown, name: string): Value =>
      (isCallers ? copyOf(value, 'PHLOW_INPUT_UNCLONABLE', name) : value) as Value;
    const input = { main: copied(given.main, 'main'), payload: copied(given.payload, 'payload'), startStep };
    if (this.#journal === undefined && id !== undefined) throw withoutJournal('Cannot give a run an id');
    return {
      input: this.#journal?.start({ id, ...input }) ?? input,
      timeoutMs,
      signal,
      traceparent,
      onStream,
    };
  }

  /**
   * Goes on with a run of this flow that failed, or whose process or flow has ended: at the step that it was in. What its steps have come to is not
   * computed again. Resolves with the result of the run, also of one that is done.
   *
   * @throws PHLOW_RUN_UNKNOWN, PHLOW_RUN_BUSY, PHLOW_RUN_CHANGED; PHLOW_RUN_UNCERTAIN when a step marked `once` had begun and not ended; and what
   * `run` throws.
   */
  async resume(id: string, options?: ResumeOptions): Promise<Value> {
    this.#assertOpen();
    const { again, signal, timeoutMs, ...rest } = readOptions('Cannot resume a run', options, RESUME_OPTIONS);
    if (this.#journal === undefined) throw withoutJournal('Cannot resume a run');
    const done = copyOf(rest.done, 'PHLOW_INPUT_UNCLONABLE', 'done') as Value;
    const input = await this.#journal.resume(id, { again, done, hasDone: 'done' in rest });
    return this.#go(() => ({ input, timeoutMs, signal }), true);
  }

  async #go(prepare: () => GivenRun, isCallers: boolean): Promise<Value> {
    const { input: given, timeoutMs, signal, traceparent, onStream: takeStream } = prepare();
    const { main, payload, startStep, journal } = given;
    const own = new Cancellation(signal);
    if (timeoutMs !== undefined) own.cancelAfter(timeoutMs, () => outOfTime(timeoutMs));
    const link = this.#runs.add(own);
    try {
      if (!this.#queue.takesPlace()) await this.#queue.turn(own);
      const streaming = { isOpen: false };
      const onStream =
        takeStream &&
        ((stream: RunStream): void => {
          // It may take as long as its reader likes.
          own.stopTimer();
          streaming.isOpen = true;
          this.#queue.makeRoom();
          takeStream(stream);
        });
      const input = { main, payload, startStep, traceparent, onStream, signal: own, journal };
      let result: Value;
      let isNew = false;
      try {
        if (this.#core.remote === undefined) {
          const run = this.#core.begin(input);
          // One that never waits has ended.
          const wait = runToEnd(run);
          if (wait !== undefined) await wait;
          result = resultOf(run);
          isNew = !run.isPlain;
        } else result = await this.#core.execute(input);
      } finally {
        if (streaming.isOpen) this.#queue.takeBack();
        this.#queue.leave();
      }
      journal?.done();
      return isCallers && !isNew ? (copyOf(result, 'PHLOW_REPLY_UNCLONABLE', 'result') as Value) : result;
    } catch (error) {
      journal?.fail(error, this.#isClosed);
      throw error;
    } finally {
      this.#runs.remove(link);
      own.dispose();
    }
  }

  /** Runs the test cases of the flow one after the other. `testFlow` opens a flow as its tests need it. */
  async test(options?: TestOptions): Promise<TestReport> {
    this.#assertOpen();
    const read = readOptions('Cannot test a flow', options, TEST_OPTIONS);
    const core = this.#core;
    const { remote } = core;
    const advance = this.#clock === 'manual' ? (ms: number) => core.advance(ms) : undefined;
    const subject: TestSubject = {
      env: core.env,
      execute: (input, env) => core.execute(input, env),
      nestedMocks: core.nestedMocks,
      advance,
      ...(remote === undefined
        ? {}
        : {
            runCase: (test, numbers, tests, given) =>
              remote.runCase(test, numbers, tests, { ...given, advance }),
          }),
    };
    return runTests(core.document, subject, read);
  }

  /** Lets main modules hand over what they have taken in, and runs finish, within `graceMs`, cancels what is left, whose `finally` still runs, and stops the modules. Safe to call more than once. */
  async close(options?: { readonly graceMs?: number }): Promise<void> {
    const { graceMs = 5_000 } = readOptions('Cannot close a flow', options, CLOSE_OPTIONS);
    const closesBy = performance.now() + graceMs;
    await (this.#draining ??= this.#ofMains((main) => main?.drain?.(graceMs)));
    this.#isClosed = true;
    const timer = new Timer(Math.max(0, closesBy - performance.now()), () => {
      const reason = new PhlowError('PHLOW_FLOW_CANCELLED', 'Cannot finish the run: the flow was closed');
      for (const run of this.#runs) run.cancel(reason);
    });
    await this.#queue.idle();
    timer.clear();
    // Callers get the end of their run before the modules are stopped.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#core.close();
    await this.#host.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #assertOpen(): void {
    if (this.#draining !== undefined)
      throw new PhlowError('PHLOW_FLOW_CANCELLED', 'Cannot start a run: the flow is closed');
  }
}
