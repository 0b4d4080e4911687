import type { PhsMap, PhsValue } from '../values/value.js';

/** The variables that the host gives to an expression; absent ones are unit. */
export interface Scope {
  readonly main?: PhsValue;
  readonly payload?: PhsValue;
  readonly input?: PhsValue;
  readonly setup?: PhsValue;
  readonly steps?: PhsValue;
  /** `steps` for a reader that keeps a part of it and never the whole, where the host tells the two apart. */
  readonly stepsInPassing?: PhsValue;
  readonly envs?: PhsValue;
  readonly tests?: PhsValue;
  /** The id of the run, and the key of the step that it is in. */
  readonly run?: PhsValue;
  /** Further variables, by the names that the expression was compiled with. */
  readonly locals?: PhsMap | undefined;
}
