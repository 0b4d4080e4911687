import { getQuickJS, type QuickJSContext } from 'quickjs-emscripten';
import { compileProgram, type Program } from '../../src/phs/program.js';
import { bareTest, checkedTest, compiled, runnable, type Request, type Test } from '../peers/new-function.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { tightLoop } from '../tight-loop.js';

const CONDITION = 'main.user.age >= 18 && main.method == "POST"';
/** As a flow has several: the engine cannot learn one call by heart. Only the age differs. */
const AGES = [14, 15, 16, 17, 18, 19, 20, 21];
const CONDITIONS = AGES.map((age) => CONDITION.replace('18', String(age)));

/** Different ones in turn: about a fourth pass. Of several shapes, each has a field that the others lack. */
function requestsOf(shapes: number): readonly Request[] {
  return Array.from({ length: 1_024 }, (_, i) => {
    const own = i % shapes === 0 ? {} : { [`header${i % shapes}`]: 'x' };
    const user = { ...own, age: (i * 7) % 40, name: `user ${i}` };
    return { main: { ...own, user, method: i % 3 === 0 ? 'GET' : 'POST', path: '/' } };
  });
}

const TURNS = 1_000_000;
const LOOP = `let s = 0; let i = 0; while i < ${TURNS} { s += i % 7; i += 1; } s`;
const LOOP_IN_JS = `let s = 0; let i = 0; while (i < ${TURNS}) { s += i % 7; i += 1; }`;
const SUM = Array.from({ length: TURNS }, (_, i) => i % 7).reduce((sum, x) => sum + x, 0);

/** Runs operations `from` to `from + count`; gives how many requests passed. */
type Loop = (from: number, count: number) => number;

/** Each request meets all conditions before the next one comes, as in a flow. */
function callEach(tests: readonly Test[], requests: readonly Request[]): Loop {
  return (from, count) => {
    let passing = 0;
    for (let i = from; i < from + count; i++) {
      const request = requests[(i >> 3) & 1_023];
      if (request !== undefined && tests[i & 7]?.(request) === true) passing++;
    }
    return passing;
  };
}

/** The same with programs, in a loop of its own: what the engine learns about one call must not show in another. */
function runEach(programs: readonly Program[], requests: readonly Request[]): Loop {
  return (from, count) => {
    let passing = 0;
    for (let i = from; i < from + count; i++) {
      const request = requests[(i >> 3) & 1_023];
      if (request !== undefined && programs[i & 7]?.run(request) === true) passing++;
    }
    return passing;
  };
}

/** One condition in a loop around it, which the engine compiles together: what no flow does. */
function callOne(test: Test, requests: readonly Request[]): Loop {
  return (from, count) => {
    let passing = 0;
    for (let i = from; i < from + count; i++) {
      const request = requests[i & 1_023];
      if (request !== undefined && test(request) === true) passing++;
    }
    return passing;
  };
}

function runOne(program: Program, requests: readonly Request[]): Loop {
  return (from, count) => {
    let passing = 0;
    for (let i = from; i < from + count; i++) {
      const request = requests[i & 1_023];
      if (request !== undefined && program.run(request) === true) passing++;
    }
    return passing;
  };
}

/** The conditions, each compiled on its own, on one request after the other. */
function conditions(shapes: number): Case[] {
  const requests = requestsOf(shapes);
  const passing = requests.flatMap(({ main }) =>
    AGES.filter((age) => main.user.age >= age && main.method === 'POST'),
  ).length;
  const group = `${CONDITION}, ${AGES.length} of the kind, requests of ${shapes === 1 ? 'one shape' : `${shapes} shapes`}`;
  const each = (name: string, setup: string, run: Loop, isFloor = false): Case => {
    const passed = run(0, requests.length * AGES.length);
    if (passed !== passing) throw new Error(`${name} lets ${passed} requests pass, not ${passing}`);
    return tightLoop({ name, group, setup, isFloor, chunk: 1_000, run });
  };
  const kind = shapes === 1 ? 'condition' : `condition, ${shapes} shapes`;
  return [
    each(
      `${kind}: new Function`,
      'bare JavaScript: prototypes, coercion, throws on what is missing',
      callEach(CONDITIONS.map(bareTest), requests),
      true,
    ),
    each(
      `${kind}: new Function, checked`,
      'the same checks as phs: own properties, kinds of operands',
      callEach(AGES.map(checkedTest), requests),
    ),
    each(
      `${kind}: phs`,
      'compiled to closures',
      runEach(
        CONDITIONS.map((code) => compileProgram(code)),
        requests,
      ),
    ),
  ];
}

/** One condition alone, compiled into the loop around it. */
function inlined(): Case[] {
  const requests = requestsOf(1);
  const group = `${CONDITION}, alone and inlined`;
  return [
    tightLoop({
      name: 'inlined: new Function',
      group,
      chunk: 1_000,
      run: callOne(bareTest(CONDITION), requests),
      isFloor: true,
    }),
    tightLoop({
      name: 'inlined: phs',
      group,
      chunk: 1_000,
      run: runOne(compileProgram(CONDITION), requests),
    }),
  ];
}

/** Compiling the condition; each time another one, so that no cache of the engine has seen it. */
function compiling(name: string, compile: (code: string) => unknown, isFloor = false): Case {
  return tightLoop({
    name: `compile: ${name}`,
    group: 'compiling one expression',
    isFloor,
    chunk: 5,
    run: (from, count) => {
      let last: unknown;
      for (let i = from; i < from + count; i++)
        last = compile(`main.user.age >= ${i} && main.method == "POST"`);
      return last;
    },
  });
}

function looping(name: string, setup: string, run: () => unknown, isFloor = false): Case {
  const sum = run();
  if (sum !== SUM) throw new Error(`${name} sums up to ${String(sum)}, not ${SUM}`);
  return tightLoop({
    name: `loop: ${name}`,
    group: `a loop of ${TURNS} turns`,
    setup,
    isFloor,
    chunk: 1,
    run,
  });
}

function inQuickJs(context: QuickJSContext): () => unknown {
  return () => {
    const result = context.unwrapResult(context.evalCode(`{ ${LOOP_IN_JS} s; }`));
    const sum = context.dump(result) as unknown;
    result.dispose();
    return sum;
  };
}

/** What an expression costs: running one, compiling one, and looping in one. */
export const phs: Suite = {
  scope: 'phs',
  about:
    'expressions: a condition against new Function, compiling, and a long loop against QuickJS and JavaScript',
  async open() {
    const loop = compileProgram(LOOP);
    const quickjs = await getQuickJS();
    const context = quickjs.newContext();
    const plainLoop = runnable(`${LOOP_IN_JS} return s;`);
    return {
      cases: [
        ...conditions(1),
        ...conditions(8),
        ...inlined(),
        compiling('new Function', compiled, true),
        compiling('phs', (code) => compileProgram(code)),
        looping('JavaScript', 'compiled by the engine', plainLoop, true),
        looping('phs', 'compiled to closures', () => loop.run({})),
        looping('quickjs-emscripten', 'interpreted, in WebAssembly', inQuickJs(context)),
      ],
      close: async () => context.dispose(),
    };
  },
};
