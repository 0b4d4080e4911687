import type { Value } from '../../values.js';

/** Lets the test case that runs at the moment answer calls that script modules make; cases run one after the other. */
export class NestedMocks {
  /** Answers the call of a module by its path, `SCRIPT/MODULE`; undefined for one that is not mocked, or while no case runs. */
  answer: ((path: string, input: Value, payload: Value) => Promise<Value> | undefined) | undefined;
}
