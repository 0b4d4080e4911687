import { Diagnostics } from '../../../src/flow/diagnostics.js';
import { execute } from '../../../src/flow/engine/execute.js';
import type { FlowEnvironment } from '../../../src/flow/engine/environment.js';
import { memoryFiles } from '../../../src/flow/source/flow-files.js';
import { NestedMocks } from '../../../src/flow/tests/mocks.js';
import { runCase, type TestSubject } from '../../../src/flow/tests/run-case.js';
import { testsOf, wantedCases } from '../../../src/flow/tests/run-tests.js';
import { toValue } from '../../../src/phs/values/value.js';
import { buildFlow, type BuiltFlow } from '../../../src/runtime/build-flow.js';
import { errorData, type ErrorData } from '../../../src/runtime/remote/error-data.js';
import type {
  ScriptReply,
  ScriptRequest,
  ScriptSource,
  StepCounts,
} from '../../../src/runtime/remote/protocol.js';
import type { Context } from '../../../src/sdk/index.js';
import type { Value } from '../../../src/values.js';
import { Calls, refOf } from './calls.js';
import type { Step } from '../../../src/flow/plan/plan.js';
import type { RunObserver } from '../../../src/flow/engine/observer.js';

/** Counts what a run reaches, for the coverage that the host collects. */
class StepCounter implements RunObserver {
  readonly #counts = new Map<number, [entered: number, whenTrue: number, whenFalse: number]>();

  entered(_run: number, step: Step): void {
    this.#of(step)[0]++;
  }

  asserted(_run: number, step: Step, outcome: boolean): void {
    this.#of(step)[outcome ? 1 : 2]++;
  }

  counts(): readonly StepCounts[] {
    return [...this.#counts].map(([index, counts]) => [index, ...counts] as const);
  }

  #of({ index }: Step): [number, number, number] {
    let counts = this.#counts.get(index);
    if (counts === undefined) this.#counts.set(index, (counts = [0, 0, 0]));
    return counts;
  }
}

type Asked<Op extends ScriptRequest['op']> = Extract<ScriptRequest, { readonly op: Op }>;

/** A flow where it runs: built once from the texts that the host read, run once per package. */
export class ScriptEngine {
  readonly #source: ScriptSource;
  readonly #built: BuiltFlow;
  readonly #calls: Calls;
  readonly #nestedMocks = new NestedMocks();
  readonly #log: Context['log'];

  constructor({ with: source, log, ...context }: Context<ScriptSource>) {
    this.#source = source;
    this.#log = log;
    this.#calls = new Calls((name, request) => context.module(name).call(request));
    const diagnostics = new Diagnostics();
    this.#built = buildFlow(source.origin, diagnostics, memoryFiles(source.files), (line) => log.info(line));
    // The host has read the same texts before; other texts are an error.
    diagnostics.check();
  }

  /** Answers one package. What fails in the flow is part of the answer: as an error it would lose its place. */
  async answer(request: ScriptRequest, { signal }: Pick<Context, 'signal'>): Promise<ScriptReply> {
    switch (request.op) {
      case 'settings':
        return { settings: this.#settings(request) };
      case 'run':
        return this.#run(request, signal);
      case 'case':
        return this.#case(request, signal);
      case 'mocked':
        return this.#mocked(request);
    }
  }

  #settings({ envs }: Asked<'settings'>): NonNullable<ScriptReply['settings']> {
    const outcomes: Record<string, { readonly value?: Value; readonly failed?: ErrorData }> = {};
    for (const [{ name }, settings] of this.#built.settings) {
      try {
        outcomes[name] = { value: toValue(settings.evaluate({ envs })) };
      } catch (error) {
        outcomes[name] = { failed: errorData(error, refOf) };
      }
    }
    return outcomes;
  }

  async #run(request: Asked<'run'>, signal: AbortSignal): Promise<ScriptReply> {
    const counter = request.isCounted ? new StepCounter() : undefined;
    const counts = (): Pick<ScriptReply, 'counts'> =>
      counter === undefined ? {} : { counts: counter.counts() };
    const modules = Object.keys(request.modules);
    const hasFinally = this.#built.plan.ending?.finally !== undefined;
    if (hasFinally) this.#calls.reached(request.run, 'began', modules);
    try {
      const { setup } = this.#source;
      const input = { ...request.input, ...(setup === undefined ? {} : { setup }), signal };
      const value = await execute(this.#environment(request, counter), request.run, input);
      return { ...(value === undefined ? {} : { value }), ...counts() };
    } catch (error) {
      return { failed: errorData(error, refOf), ...counts() };
    } finally {
      if (hasFinally) this.#calls.reached(request.run, 'ended', modules);
      this.#calls.forget(request.run);
    }
  }

  async #case(request: Asked<'case'>, signal: AbortSignal): Promise<ScriptReply> {
    const { run, at, index, tests, timeoutMs, canAdvance, isCounted } = request;
    const test = wantedCases(testsOf(this.#built.document), undefined)[at];
    if (test === undefined) throw new RangeError(`there is no test case ${at}`);
    const counter = isCounted ? new StepCounter() : undefined;
    const env = this.#environment(request, counter);
    const { setup } = this.#source;
    const subject: TestSubject = {
      env,
      execute: (input, within) => execute(within, run, setup === undefined ? input : { ...input, setup }),
      nestedMocks: this.#nestedMocks,
      advance: canAdvance ? (ms) => this.#calls.advance(run, ms, Object.keys(request.modules)) : undefined,
    };
    try {
      const { result, outcome } = await runCase(test, index, tests, subject, { signal, timeoutMs });
      const { passed, message, complaints, main, payload, expected, explanation, place, error } = result;
      return {
        finished: {
          result: {
            passed,
            message,
            complaints,
            main,
            payload,
            result: result.result,
            expected,
            explanation,
            place,
          },
          ...(error === undefined ? {} : { error: errorData(error, refOf) }),
          ...(outcome === undefined ? {} : { outcome }),
        },
        ...(counter === undefined ? {} : { counts: counter.counts() }),
      };
    } finally {
      this.#calls.forget(run);
    }
  }

  async #mocked({ path, input, payload }: Asked<'mocked'>): Promise<ScriptReply> {
    try {
      const value = await this.#nestedMocks.answer?.(path, input, payload);
      return value === undefined ? {} : { value };
    } catch (error) {
      return { failed: errorData(error, refOf) };
    }
  }

  #environment(
    { run, envs, modules }: Asked<'run'> | Asked<'case'>,
    observer: StepCounter | undefined,
  ): FlowEnvironment {
    for (const [name, signature] of this.#built.signatures) signature.parameters = modules[name] ?? [];
    const nestedMocks = this.#nestedMocks;
    return {
      plan: this.#built.plan,
      modules: new Set(Object.keys(modules)),
      call: (name, input, payload, { signal }) => this.#calls.call(run, { name, input, payload }, signal),
      log: (level, message) => this.#log[level](message),
      envs: () => envs,
      observer,
      get skipsDelays() {
        return nestedMocks.answer !== undefined;
      },
    };
  }
}
