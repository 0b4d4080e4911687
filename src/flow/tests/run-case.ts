import type { SourceLocation } from '../../code-frame.js';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { textOf, type Value, type ValueMap } from '../../values.js';
import type { FlowNode } from '../node.js';
import { Cancellation, untilAborted } from '../engine/cancellation.js';
import type { CallModule, FlowEnvironment, RunInput } from '../engine/environment.js';
import { bothObservers } from '../engine/observer.js';
import { placeOf } from '../source/source-file.js';
import { AdvanceDuringSteps } from './advance-during-steps.js';
import type { Explanation } from './explain.js';
import { compute, judge, judgeFailure, type TestScope } from './judge.js';
import { MockedCalls } from './mocked-calls.js';
import type { NestedMocks } from './mocks.js';
import type { TestCase } from './test-tree.js';

/** What became of one case. */
export interface CaseResult {
  /** Counts from 1 in the order of execution. */
  readonly index: number;
  readonly case: TestCase;
  readonly passed: boolean;
  /** What was found: a sentence, and one for each complaint. */
  readonly message: string;
  /** What went against the mocks. */
  readonly complaints: readonly string[];
  readonly main: Value;
  /** The initial payload; undefined when the case gives none. */
  readonly payload: Value;
  /** The flow's result; undefined also when it failed. */
  readonly result: Value;
  /** What `assert_eq` asked for. */
  readonly expected: Value;
  /** The parts of the assertion that did not hold. */
  readonly explanation: Explanation | undefined;
  /** Where the assertion, or what failed, stands in its file. */
  readonly place: SourceLocation | undefined;
  readonly durationMs: number;
  /** Why the flow, or a part of the case, failed. */
  readonly error: unknown;
}

/** What runs the flow under test. */
export interface TestSubject {
  readonly env: FlowEnvironment;
  /** Runs the flow once, in an environment made from `env`. */
  execute(input: RunInput, env: FlowEnvironment): Promise<Value>;
  /** Where a case puts the answers of mocked modules of script modules. */
  readonly nestedMocks: NestedMocks;
  /** Moves the clock of the modules; undefined where they see real time. */
  readonly advance: ((ms: number) => Promise<void>) | undefined;
  /** Runs a case where the flow runs, when that is not here; `at` is its number in the file. */
  readonly runCase?: (
    test: TestCase,
    numbers: { readonly at: number; readonly index: number },
    tests: ValueMap,
    options: CaseOptions,
  ) => Promise<FinishedCase>;
}

/** How a case is run. */
export interface CaseOptions {
  readonly signal?: AbortSignal | undefined;
  /** A case that takes longer fails. */
  readonly timeoutMs: number;
}

/** A case that has been run, and what later cases see of it: undefined when the flow failed or the assertion could not be computed. */
export interface FinishedCase {
  readonly result: CaseResult;
  readonly outcome: ValueMap | undefined;
}

/** Runs one case. Whatever goes wrong becomes part of its result. */
export async function runCase(
  test: TestCase,
  index: number,
  tests: ValueMap,
  subject: TestSubject,
  options: CaseOptions,
): Promise<FinishedCase> {
  const startedAt = performance.now();
  const run = new CaseRun(test, tests, subject);
  const verdict = await run.verdict(options);
  const { main, payload, result } = run;
  const durationMs = performance.now() - startedAt;
  return {
    result: { index, case: test, main, payload, result, durationMs, ...verdict },
    outcome: run.isJudged
      ? { id: test.key, describe: test.describe, main: main ?? null, payload: result ?? null }
      : undefined,
  };
}

type CaseVerdict = Pick<
  CaseResult,
  'passed' | 'message' | 'complaints' | 'expected' | 'explanation' | 'place' | 'error'
>;

class CaseRun {
  main: Value;
  payload: Value;
  result: Value;
  /** True once there is a result that the assertion could be computed for. */
  isJudged = false;
  readonly #test: TestCase;
  readonly #subject: TestSubject;
  readonly #scope: TestScope;

  constructor(test: TestCase, tests: ValueMap, subject: TestSubject) {
    this.#test = test;
    this.#subject = subject;
    this.#scope = { envs: subject.env.envs(), tests, steps: {} };
  }

  async verdict(options: CaseOptions): Promise<CaseVerdict> {
    const test = this.#test;
    let mocked: MockedCalls;
    const input: { main?: Value; payload?: Value; startStep?: string; tests: Value } = {
      tests: this.#scope.tests,
    };
    if (test.step !== undefined) input.startStep = test.step;
    try {
      if (test.main !== undefined) input.main = this.main = compute(test.main, this.#scope, 'main');
      if (test.payload !== undefined)
        input.payload = this.payload = compute(test.payload, this.#scope, 'payload');
      mocked = new MockedCalls(test.mocks, { ...this.#scope, main: this.main, payload: this.payload });
    } catch (error) {
      return this.#failed(messageOf(error), error);
    }
    try {
      this.result = await this.#run(input as RunInput, mocked, options);
    } catch (error) {
      if (test.expectError === undefined || isBeyondTheFlow(error))
        return this.#failed(`Execution failed: ${messageOf(error)}`, error, mocked);
      return this.#judgeFailure(test.expectError, { error }, mocked);
    }
    if (test.expectError !== undefined) return this.#judgeFailure(test.expectError, undefined, mocked);
    try {
      const verdict = judge(test, this.main, this.result, this.#scope);
      this.isJudged = true;
      const place = placeOf((test.assertEq ?? test.assert)?.range ?? test.range);
      return withComplaints({ ...verdict, complaints: [], place, error: undefined }, mocked, test);
    } catch (error) {
      return this.#failed(
        `Assertion error: ${messageOf(error)}. payload: ${textOf(this.result)}`,
        error,
        mocked,
      );
    }
  }

  #judgeFailure(
    wanted: FlowNode,
    failure: { readonly error: unknown } | undefined,
    mocked: MockedCalls,
  ): CaseVerdict {
    try {
      const verdict = judgeFailure(wanted, failure, this.result, this.#scope);
      const place = placeOf(wanted.range ?? this.#test.range);
      return withComplaints({ ...verdict, complaints: [], place, error: failure?.error }, mocked, this.#test);
    } catch (error) {
      return this.#failed(`Assertion error: ${messageOf(error)}`, error, mocked);
    }
  }

  async #run(input: RunInput, mocked: MockedCalls, { signal, timeoutMs }: CaseOptions): Promise<Value> {
    const { env, advance, nestedMocks } = this.#subject;
    const wanted = this.#test.advance;
    if (wanted !== undefined && advance === undefined) {
      const message = 'Cannot advance the clock: the modules were loaded with real time';
      throw new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(this.#test.range) });
    }
    const during = new AdvanceDuringSteps(wanted?.steps ?? new Map(), advance);
    const send: CallModule = (name, given, payload, caller) => {
      const reply = mocked.answer(name, given, payload) ?? env.call(name, given, payload, caller);
      during.called(caller.step);
      return reply;
    };
    const call: CallModule = (name, given, payload, caller) => {
      if (!during.isMoving) return send(name, given, payload, caller);
      // As it is now: it goes on to other steps.
      const { signal, step, id, traceparent } = caller;
      return untilAborted(
        during.settled().then(() => send(name, given, payload, { signal, step, id, traceparent })),
        signal,
      );
    };
    const own = new Cancellation(signal);
    own.cancelAfter(timeoutMs, () => tooSlow(timeoutMs));
    nestedMocks.answer = (path, given, payload) => mocked.answer(path, given, payload);
    try {
      if (wanted !== undefined && wanted.beforeMs > 0) await advance?.(wanted.beforeMs);
      const result = await this.#subject.execute(
        { ...input, signal: own },
        { ...env, call, observer: bothObservers(env.observer, during.observer) },
      );
      await during.settled();
      return result;
    } finally {
      nestedMocks.answer = undefined;
      own.dispose();
    }
  }

  #failed(message: string, error: unknown, mocked?: MockedCalls): CaseVerdict {
    const place = (isPhlowError(error) ? error.place : undefined) ?? placeOf(this.#test.range);
    const verdict = {
      passed: false,
      message,
      complaints: [],
      expected: undefined,
      explanation: undefined,
      place,
      error,
    };
    return mocked === undefined ? verdict : withComplaints(verdict, mocked, this.#test);
  }
}

/** The test gave up on the flow: that is no way for a flow to fail. */
function isBeyondTheFlow(error: unknown): boolean {
  return isPhlowError(error) && error.details['test'] === true;
}

/** A call that no mock expects, or an expected one that did not come, fails the case even when the flow itself got over it. */
function withComplaints(verdict: CaseVerdict, mocked: MockedCalls, test: TestCase): CaseVerdict {
  // What the message of a failure says already is not said twice; a failure that was expected excuses nothing.
  const complaints = mocked
    .complaints()
    .filter((complaint) => verdict.passed || !verdict.message.includes(complaint));
  if (complaints.length === 0) return verdict;
  const message = verdict.passed ? complaints.join('\n') : [verdict.message, ...complaints].join('\n');
  return {
    ...verdict,
    passed: false,
    message,
    complaints,
    place: verdict.passed ? placeOf(test.range) : verdict.place,
  };
}

function tooSlow(timeoutMs: number): PhlowError {
  return new PhlowError(
    'PHLOW_FLOW_TIMED_OUT',
    `Cannot finish the test: it took longer than ${timeoutMs} ms; a flow that waits on the manual clock needs "advance"`,
    { details: { test: true } },
  );
}
