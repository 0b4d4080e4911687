import type { Ref } from '../builtins/registry.js';
import type { Run } from './run.js';
import type { Scope } from './scope.js';
import type { PhsValue } from '../values/value.js';

/** A compiled node: computes its value in a frame. */
export type Code = (frame: Frame) => PhsValue;

/** A variable that closures share. */
export class Cell {
  value: PhsValue;

  constructor(value: PhsValue) {
    this.value = value;
  }
}

/** How statements signal the enclosing ones that they want to leave. */
export const JUMP = { none: 0, break: 1, continue: 2, return: 3 } as const;
/** One way to leave, or none. */
export type Jump = (typeof JUMP)[keyof typeof JUMP];

/** What one activation of a script, a function or a closure works with. */
export class Frame {
  readonly run: Run;
  scope: Scope;
  /** Values of variables and cells, at places known when the script was compiled. */
  locals: unknown[];
  /** The variables that a closure took over from outside. */
  readonly captured: readonly Cell[];
  /** What `this` is; undefined where it is not bound. */
  readonly self: Ref | undefined;
  /** A jump that is under way, and the value it carries. */
  jump: Jump = JUMP.none;
  result: PhsValue = null;

  constructor(run: Run, scope: Scope, locals: unknown[], captured: readonly Cell[], self: Ref | undefined) {
    this.run = run;
    this.scope = scope;
    this.locals = locals;
    this.captured = captured;
    this.self = self;
  }
}

/** Thrown by a jump out of the middle of an expression; what it is stands in the frame. One instance: it has no stack to keep. */
class JumpSignal extends Error {}
/** The only instance. */
export const JUMP_SIGNAL = new JumpSignal('jump');

/** Thrown by `exit`: ends the whole script with a value. */
export class ExitSignal extends Error {
  readonly value: PhsValue;

  constructor(value: PhsValue) {
    super('exit');
    this.value = value;
  }
}
