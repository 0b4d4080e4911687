import type { Block, For, If, Import, Jump, Loop, Try } from '../syntax/ast.js';
import { compileTest } from './compile-operators.js';
import { MODE, type Compiler, type Mode } from './compiler.js';
import { Cell, JUMP, JUMP_SIGNAL, type Code, type Frame } from '../interpreter/frame.js';
import { ScriptError } from '../script-error.js';
import { toText } from '../values/render.js';
import { type PhsValue, char, intOf, isPhsArray } from '../values/value.js';
import { newMap } from '../values/entries.js';
import { Range, Sequence } from '../values/range.js';
import type { Run } from '../interpreter/run.js';

/** What it costs to make an error and to catch it, in steps. */
const CATCHING = 150;
const SIGNALS = MODE.loopSignal | MODE.returnSignal;

/** The statements of a block; its value is the value of the last one. */
export function compileStatements(compiler: Compiler, nodes: Block['body'], mode: Mode): Code {
  const before = compiler.signals;
  const codes = nodes.map((node, i) => {
    const isLast = i === nodes.length - 1;
    return compiler.compile(node, isLast ? mode : mode & SIGNALS);
  });
  const [first, second] = codes;
  if (first === undefined) return () => null;
  if (second === undefined) return first;
  if (compiler.signals === before) {
    if (codes.length === 2) {
      return (frame) => {
        first(frame);
        return second(frame);
      };
    }
    const last = codes.pop() ?? first;
    return (frame) => {
      for (const code of codes) code(frame);
      return last(frame);
    };
  }
  return (frame) => {
    let value: PhsValue = null;
    for (const code of codes) {
      value = code(frame);
      if (frame.jump !== JUMP.none) return null;
    }
    return value;
  };
}

/** `{ … }` with a scope of its own. */
export function compileBlock(compiler: Compiler, node: Block, mode: Mode): Code {
  return compiler.scope.block(() => compileStatements(compiler, node.body, mode));
}

/** `if`. */
export function compileIf(compiler: Compiler, node: If, mode: Mode): Code {
  const test = compileTest(compiler, node.test);
  const then = compiler.compile(node.then, mode);
  const otherwise = node.otherwise === undefined ? undefined : compiler.compile(node.otherwise, mode);
  if (otherwise === undefined) return (frame) => (test(frame) ? then(frame) : null);
  return (frame) => (test(frame) ? then(frame) : otherwise(frame));
}

/** `return`, `throw`, `break`, `continue`: signals among statements, thrown out of the middle of expressions. */
export function compileJump(compiler: Compiler, node: Jump, mode: Mode): Code {
  const value: Code = node.value === undefined ? () => null : compiler.compile(node.value, MODE.keep);
  const { form, at } = node;
  if (form === 'throw') {
    return (frame) => {
      const thrown = value(frame);
      const text = toText(thrown, frame.run);
      const message = text === '' && (thrown ?? null) === null ? 'Runtime error' : `Runtime error: ${text}`;
      throw new ScriptError('ErrorRuntime', message, { thrown: { value: thrown } }).at(at, 5);
    };
  }
  const jump = JUMP[form];
  if ((mode & (form === 'return' ? MODE.returnSignal : MODE.loopSignal)) !== 0) {
    compiler.signals++;
    return (frame) => {
      frame.result = value(frame);
      frame.jump = jump;
      return null;
    };
  }
  compiler.throws++;
  return (frame) => {
    frame.result = value(frame);
    frame.jump = jump;
    throw JUMP_SIGNAL;
  };
}

/** One turn of a loop; true when the loop is over. A return that is under way stays under way. */
type Turn = (frame: Frame) => boolean;

/** Compiles a loop's body. What it jumps to beyond the loop goes on as `mode` allows: as a signal, or thrown. */
function compileTurn(
  compiler: Compiler,
  body: Block,
  mode: Mode,
): { turn: Turn; leave: (frame: Frame) => PhsValue } {
  const { throws, signals } = compiler;
  const code = compiler.compile(body, MODE.loopSignal | (mode & MODE.returnSignal));
  const mayThrow = compiler.throws > throws;
  const mayJump = mayThrow || compiler.signals > signals;
  const run: Turn = (frame) => {
    frame.run.charge(1);
    code(frame);
    if (frame.jump === JUMP.none) return false;
    if (frame.jump !== JUMP.continue) return true;
    frame.jump = JUMP.none;
    return false;
  };
  const turn: Turn = mayThrow
    ? (frame) => {
        try {
          return run(frame);
        } catch (error) {
          // A return goes further out than this loop: it is not ours to stop.
          if (error !== JUMP_SIGNAL || frame.jump === JUMP.return) throw error;
          const isBreak = frame.jump === JUMP.break;
          if (!isBreak) frame.jump = JUMP.none;
          return isBreak;
        }
      }
    : mayJump
      ? run
      : (frame) => {
          frame.run.charge(1);
          code(frame);
          return false;
        };
  return {
    turn,
    leave: (frame) => {
      if (frame.jump !== JUMP.break) return null;
      frame.jump = JUMP.none;
      return frame.result;
    },
  };
}

/** `while`, `loop`, `do`. Their value is what `break` carries. */
export function compileLoop(compiler: Compiler, node: Loop, mode: Mode): Code {
  const test = node.test === undefined ? undefined : compileTest(compiler, node.test);
  const { turn, leave } = compileTurn(compiler, node.body, mode);
  if (test === undefined) {
    return (frame) => {
      while (!turn(frame));
      return leave(frame);
    };
  }
  if (node.form === 'while') {
    return (frame) => {
      while (test(frame)) if (turn(frame)) return leave(frame);
      return null;
    };
  }
  const continueWhen = node.form === 'do-while';
  return (frame) => {
    do if (turn(frame)) return leave(frame);
    while (test(frame) === continueWhen);
    return null;
  };
}

/** `for x in …` and `for (x, i) in …`: the variables are the same through all turns. */
export function compileFor(compiler: Compiler, node: For, mode: Mode): Code {
  const iterable = compiler.compile(node.iterable, MODE.keep);
  const { at } = node.iterable;
  return compiler.scope.block(() => {
    const item = compiler.scope.declare(node.variable);
    const counter = node.counter === undefined ? undefined : compiler.scope.declare(node.counter);
    const { turn, leave } = compileTurn(compiler, node.body, mode);
    const setItem = setter(item.index, item.where === 'cell');
    const setCounter = counter === undefined ? undefined : setter(counter.index, counter.where === 'cell');
    return (frame) => {
      const source = iterable(frame);
      if (item.where === 'cell') frame.locals[item.index] = new Cell(null);
      if (counter?.where === 'cell') frame.locals[counter.index] = new Cell(null);
      let count = 0;
      const isLeft = iterate(frame.run, source, at, (value) => {
        setItem(frame, value);
        setCounter?.(frame, count++);
        return turn(frame);
      });
      return isLeft ? leave(frame) : null;
    };
  });
}

function setter(index: number, isCell: boolean): (frame: Frame, value: PhsValue) => void {
  return isCell
    ? (frame, value) => {
        (frame.locals[index] as Cell).value = value;
      }
    : (frame, value) => {
        frame.locals[index] = value;
      };
}

/** `try … catch`: its value is that of the branch that ran to its end. */
export function compileTry(compiler: Compiler, node: Try, mode: Mode): Code {
  const body = compiler.compile(node.body, mode);
  return compiler.scope.block(() => {
    const variable = node.variable === undefined ? undefined : compiler.scope.declare(node.variable);
    const handler = compiler.compile(node.handler, mode);
    return (frame) => {
      try {
        return body(frame);
      } catch (error) {
        // Signals, limits and faults of our own pass through.
        if (!(error instanceof ScriptError) || error.kind === 'ErrorLimit') throw error;
        frame.run.charge(CATCHING + ((error.offset ?? 0) >> 4));
        if (variable !== undefined) {
          const value = caughtValue(error, compiler.code);
          frame.locals[variable.index] = variable.where === 'cell' ? new Cell(value) : value;
        }
        return handler(frame);
      }
    };
  });
}

/** `import`: there are no modules to import. */
export function compileImport(compiler: Compiler, node: Import): Code {
  const source = compiler.compile(node.source, MODE.look);
  const { at } = node;
  return (frame) => {
    throw new ScriptError('ErrorModuleNotFound', `Module not found: ${toText(source(frame), frame.run)}`).at(
      at,
      6,
    );
  };
}

/** What `catch (e)` receives: the thrown value, or a map that describes the error (docs/spec/phs.md 5.6). */
function caughtValue(error: ScriptError, code: string): PhsValue {
  if (error.thrown !== undefined) return error.thrown.value;
  const map = newMap<PhsValue>();
  map['error'] = error.kind;
  map['message'] = error.message;
  for (const [key, fact] of Object.entries(error.facts)) map[key] = fact;
  if (error.offset !== undefined) {
    const before = code.slice(0, error.offset).split('\n');
    map['line'] = before.length;
    map['position'] = [...(before.at(-1) ?? '')].length + 1;
  }
  map['source'] = '';
  return map;
}

/** Walks over what `for` can walk over, until `turn` says that it is over; true when it did. */
function iterate(run: Run, source: PhsValue, at: number, turn: (value: PhsValue) => boolean): boolean {
  if (source instanceof Range) {
    return walkRange(source, at, turn);
  } else if (isPhsArray(source)) {
    // The loop has a reference of its own, so changes to the array happen to a copy.
    for (const item of source) if (turn(run.share(item ?? null))) return true;
  } else if (typeof source === 'string') {
    for (const point of source) if (turn(char(point))) return true;
  } else if (source instanceof Sequence) {
    for (const item of source.items()) if (turn(item)) return true;
  } else {
    throw notIterable(at);
  }
  return false;
}

function notIterable(at: number): ScriptError {
  return new ScriptError('ErrorFor', 'For loop expects iterable type').at(at);
}

function walkRange(range: Range, at: number, turn: (value: PhsValue) => boolean): boolean {
  if (range.start === undefined) throw notIterable(at);
  const end = range.end ?? Number.MAX_SAFE_INTEGER;
  if (typeof range.start === 'number' && typeof end === 'number') {
    const last = range.inclusive ? end : end - 1;
    for (let i = range.start; i <= last; i++) if (turn(i)) return true;
    return false;
  }
  const last = range.inclusive ? BigInt(end) : BigInt(end) - 1n;
  for (let i = BigInt(range.start); i <= last; i++) if (turn(intOf(i))) return true;
  return false;
}
