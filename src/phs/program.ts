import { foreignOutput } from '../foreign-output.js';
import type { SourceLocation } from '../code-frame.js';
import { textOf, type Value } from '../values.js';
import { compileScript } from './compile/compile.js';
import type { CompiledScript, ModuleSignature } from './compile/compiler.js';
import { ExitSignal, Frame, JUMP, type Cell } from './interpreter/frame.js';
import type { Scope } from './interpreter/scope.js';
import { callsOf } from './compile/invoke.js';
import { limitsWith, type Limits } from './limits.js';
import { NO_MEMORY, Recording, Suspension, type Memory, type Outcome } from './interpreter/recording.js';
import { placeIn, reported, type Locate, type Origin } from './report.js';
import { Run } from './interpreter/run.js';
import type { PhsValue } from './values/value.js';

/** What a run asks between its calls of modules: an AbortSignal, say. */
export type Stoppable = Pick<AbortSignal, 'throwIfAborted'>;

/** Calls a module by name and gives its reply. */
export type ModuleCall = (name: string, input: Value, signal?: Stoppable) => Promise<Value>;

/** How an expression is compiled. */
export interface CompileOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** The modules that can be called, by the name they have in expressions. */
  readonly modules?: ReadonlyMap<string, ModuleSignature> | undefined;
  /** Names of variables that the scope brings in `locals`, besides those that every scope has. */
  readonly locals?: ReadonlySet<string> | undefined;
  /** Where an offset in the code stands in the file that the code comes from. */
  readonly locate?: Locate | undefined;
  /** Scripts compiled before with the same limits, modules and locals, by their code: what is in it is not compiled again. */
  readonly scripts?: Map<string, CompiledScript> | undefined;
  /** Takes the lines that `print` and `debug` write; standard output when absent. */
  readonly print?: ((line: string) => void) | undefined;
}

/** A name that no variable has. */
export interface UnknownName {
  readonly name: string;
  /** ` Did you mean …?`, or nothing. */
  readonly hint: string;
  readonly place: SourceLocation;
}

/** A compiled expression: runs any number of times, keeps nothing between runs. */
export interface Program {
  readonly code: string;
  /** True when it calls modules, so that only `runAsync` can run it. */
  readonly isAsync: boolean;
  /** Unknown names in it. Reaching one is an error, so they are reported beforehand. */
  unknownNames(): readonly UnknownName[];
  /** Evaluates. Throws PhlowError PHLOW_PHS_RUNTIME or PHLOW_PHS_LIMIT. */
  run(scope: Scope): PhsValue;
  /** Evaluates, calling modules through `call`. */
  runAsync(scope: Scope, call: ModuleCall, signal?: Stoppable): Promise<PhsValue>;
}

/** Shared by all frames that need none: nothing is ever written to them. */
const NO_SLOTS: unknown[] = [];
const NO_CELLS: readonly Cell[] = [];
const NO_SCOPE: Scope = {};
const NO_MODULES: ReadonlyMap<string, ModuleSignature> = new Map();
const NO_LOCALS: ReadonlySet<string> = new Set();

function writeLine(line: string): void {
  process.stdout.write(`${foreignOutput(line, process.stdout)}\n`);
}

/**
 * Compiles an expression.
 *
 * @throws PhlowError PHLOW_PHS_SYNTAX, with the place and a code frame; PHLOW_PHS_LIMIT when the code itself is too large.
 */
export function compileProgram(code: string, options: CompileOptions = {}): Program {
  return new CompiledProgram(code, options);
}

/** A class, not an object of closures: a flow keeps many of them. */
class CompiledProgram implements Program {
  readonly code: string;
  readonly isAsync: boolean;
  readonly #script: CompiledScript;
  readonly #limits: Limits;
  readonly #locate: Locate | undefined;
  readonly #print: (line: string) => void;
  #idle: Frame | undefined;

  constructor(code: string, { limits, modules, locals, print, scripts, locate }: CompileOptions) {
    this.code = code;
    this.#limits = limitsWith(limits);
    this.#locate = locate;
    this.#print = print ?? writeLine;
    this.#script = scripts?.get(code) ?? this.#compile(modules ?? NO_MODULES, locals ?? NO_LOCALS);
    scripts?.set(code, this.#script);
    this.isAsync = this.#script.isAsync;
  }

  unknownNames(): readonly UnknownName[] {
    return this.#script.unknown.map((error) => ({
      name: textOf(error.facts['variable']),
      hint: error.hint?.() ?? '',
      place: placeIn(this.#origin, error.offset ?? 0, error.width),
    }));
  }

  run(scope: Scope): PhsValue {
    // A run within a run (from `print`, say) gets another frame.
    const frame = this.#idle ?? this.#newFrame(NO_MEMORY);
    this.#idle = undefined;
    try {
      return this.#evaluate(frame, scope);
    } finally {
      frame.run.reset(this.#limits.steps);
      // The frame is used again: making one costs more than most expressions.
      this.#idle = frame;
    }
  }

  async runAsync(scope: Scope, call: ModuleCall, signal?: Stoppable): Promise<PhsValue> {
    const recording = new Recording(this.#limits.moduleCalls);
    const frame = this.#newFrame(recording);
    for (;;) {
      try {
        return this.#evaluate(frame, scope);
      } catch (error) {
        if (!(error instanceof Suspension)) throw error;
        signal?.throwIfAborted();
        recording.answer(await outcomeOf(call, error, signal));
        signal?.throwIfAborted();
      }
      // All replays together may not do more than one run may.
      frame.run.reset(frame.run.stepsLeft);
      recording.rewind();
    }
  }

  /** Runs the script in a frame that is as good as new, and makes it so again. */
  #evaluate(frame: Frame, scope: Scope): PhsValue {
    const { run } = frame;
    const { code, localCount } = this.#script.body;
    frame.scope = scope;
    run.scope = scope;
    if (localCount > 0) frame.locals = new Array<unknown>(localCount).fill(null);
    try {
      const value = code(frame) ?? null;
      return frame.jump === JUMP.none ? value : frame.result;
    } catch (error) {
      if (error instanceof ExitSignal) return error.value;
      throw error instanceof Suspension ? error : reported(error, this.#origin);
    } finally {
      frame.scope = NO_SCOPE;
      run.scope = NO_SCOPE;
      if (localCount > 0) frame.locals = NO_SLOTS;
      frame.jump = JUMP.none;
      frame.result = null;
    }
  }

  get #origin(): Origin {
    return { code: this.code, locate: this.#locate };
  }

  #compile(modules: ReadonlyMap<string, ModuleSignature>, locals: ReadonlySet<string>): CompiledScript {
    try {
      return compileScript(this.code, this.#limits, modules, locals);
    } catch (error) {
      throw reported(error, this.#origin);
    }
  }

  #newFrame(memory: Memory): Frame {
    const calls = callsOf(this.#script.functions);
    const run = new Run({ limits: this.#limits, calls, recording: memory, print: this.#print });
    return new Frame(run, NO_SCOPE, NO_SLOTS, NO_CELLS, undefined);
  }
}

async function outcomeOf(
  call: ModuleCall,
  wanted: Suspension,
  signal: Stoppable | undefined,
): Promise<Outcome> {
  try {
    return { value: await call(wanted.module, wanted.input, signal) };
  } catch (error) {
    return { error };
  }
}
