import { PhlowError } from '../../errors.js';
import type { Scope } from '../../phs/interpreter/scope.js';
import { toValue } from '../../phs/values/value.js';
import { isMap, textOf, type Value } from '../../values.js';
import { placeOf } from '../source/source-file.js';
import type { Mock, Mocks } from './mocks.js';
import { sameValue } from './same-value.js';

interface Answer {
  readonly mock: Mock;
  /** What the input must have; undefined when any will do. */
  readonly pattern: Value;
  used: number;
}

/** The mocked modules of one test case: answers their calls, and remembers what should not have happened. */
export class MockedCalls {
  readonly #answers = new Map<string, readonly Answer[]>();
  readonly #scope: Scope;
  readonly #unexpected: string[] = [];

  /** @param scope what the expressions of the mocks see; `input` and `payload` are those of each call. */
  constructor(mocks: Mocks, scope: Scope) {
    this.#scope = scope;
    for (const [module, list] of mocks) {
      const answers = list.map((mock) => ({
        mock,
        pattern: mock.input === undefined ? undefined : toValue(mock.input.evaluate(scope)),
        used: 0,
      }));
      this.#answers.set(module, answers);
    }
  }

  /**
   * Answers the call of a mocked module; undefined for any other. Rejects with PHLOW_MODULE_ERROR for an answer that is an error, with
   * PHLOW_CALL_UNEXPECTED when there is no answer for such a call.
   */
  answer(module: string, input: Value, payload: Value): Promise<Value> | undefined {
    if (!this.#answers.has(module)) return undefined;
    // As asynchronous as the module it stands for, also when it throws.
    return Promise.resolve().then(() => this.#call(module, input, payload));
  }

  #call(module: string, input: Value, payload: Value): Value {
    const answers = this.#answers.get(module) ?? [];
    const answer = answers.find((candidate) => isFree(candidate) && fits(candidate.pattern, input));
    if (answer === undefined) throw this.#refuse(module, input, answers);
    answer.used++;
    const { kind, value } = answer.mock.answer;
    const given = toValue(value.evaluate({ ...this.#scope, input, payload }));
    if (kind === 'reply') return given;
    throw new PhlowError('PHLOW_MODULE_ERROR', textOf(given), { details: { module, isMocked: true } });
  }

  /** What went against the mocks, one sentence each: calls that none of them expects, and expected calls that did not come. */
  complaints(): readonly string[] {
    const missing: string[] = [];
    for (const [module, answers] of this.#answers) {
      for (const { mock, pattern, used } of answers) {
        if (mock.times === undefined || used >= mock.times) continue;
        const place = placeOf(mock.range);
        const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
        missing.push(
          `Expected ${counted(mock.times)} of "${module}" with ${inputText(pattern)}, got ${used}${where}`,
        );
      }
    }
    return [...this.#unexpected, ...missing];
  }

  #refuse(module: string, input: Value, answers: readonly Answer[]): PhlowError {
    const expected = answers.map(({ mock, pattern, used }) => {
      const state = mock.times === undefined ? '' : ` (${used} of ${counted(mock.times)} came)`;
      return `\n  ${inputText(pattern)}${state}`;
    });
    const list = expected.length === 0 ? 'no call at all' : `one of${expected.join('')}`;
    const message = `Unexpected call of "${module}" with ${oneLine(input)}: expected ${list}`;
    this.#unexpected.push(message);
    return new PhlowError('PHLOW_CALL_UNEXPECTED', message, { details: { module } });
  }
}

function isFree({ mock, used }: Answer): boolean {
  return mock.times === undefined || used < mock.times;
}

/** Whether `found` has everything that the pattern asks for: of a mapping the keys it names, of a list every item. */
function fits(pattern: Value, found: Value): boolean {
  if (pattern === undefined) return true;
  if (Array.isArray(pattern)) {
    const items: readonly Value[] | undefined = Array.isArray(found) ? found : undefined;
    return (
      items?.length === pattern.length &&
      pattern.every((item: Value, index) => fits(item ?? null, items[index]))
    );
  }
  if (!isMap(pattern)) return sameValue(pattern, found);
  return (
    isMap(found) &&
    Object.keys(pattern).every((key) => Object.hasOwn(found, key) && fits(pattern[key] ?? null, found[key]))
  );
}

function counted(times: number): string {
  return times === 1 ? '1 call' : `${times} calls`;
}

function inputText(pattern: Value): string {
  return pattern === undefined ? 'any input' : oneLine(pattern);
}

function oneLine(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return textOf(value).replace(/\n\s*/g, ' ');
}
