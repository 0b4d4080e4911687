import { getQuickJS, type QuickJSContext } from 'quickjs-emscripten';
import { compileProgram } from '../../src/phs/program.js';
import { bareTest, checkedTest, compiled, runnable, type Request } from '../peers/new-function.js';
import type { Case, Suite } from '../../src/bench/suite.js';
import { tightLoop } from '../tight-loop.js';

const CONDITION = 'main.user.age >= 18 && main.method == "POST"';
/** Different ones in turn, about a fourth of them passing: one alone would be learnt by heart. */
const REQUESTS: readonly Request[] = Array.from({ length: 256 }, (_, i) => ({
  main: { user: { age: i % 40, name: `user ${i}` }, method: i % 2 === 0 ? 'POST' : 'GET', path: '/' },
}));
const PASSING = REQUESTS.filter(({ main }) => main.user.age >= 18 && main.method === 'POST').length;

const TURNS = 1_000_000;
const LOOP = `let s = 0; let i = 0; while i < ${TURNS} { s += i % 7; i += 1; } s`;
const LOOP_IN_JS = `let s = 0; let i = 0; while (i < ${TURNS}) { s += i % 7; i += 1; }`;
const SUM = Array.from({ length: TURNS }, (_, i) => i % 7).reduce((sum, x) => sum + x, 0);

/** A condition, tried on one request after the other. */
function condition(name: string, setup: string, test: (request: Request) => unknown, isFloor = false): Case {
  const passed = REQUESTS.filter((request) => test(request) === true).length;
  if (passed !== PASSING) throw new Error(`${name} lets ${passed} requests pass, not ${PASSING}`);
  return tightLoop({
    name: `condition: ${name}`,
    group: CONDITION,
    setup,
    isFloor,
    chunk: 1_000,
    run: (from, count) => {
      let passing = 0;
      for (let i = from; i < from + count; i++) {
        const request = REQUESTS[i & 255];
        if (request !== undefined && test(request) === true) passing++;
      }
      return passing;
    },
  });
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
    const program = compileProgram(CONDITION);
    const loop = compileProgram(LOOP);
    const quickjs = await getQuickJS();
    const context = quickjs.newContext();
    const plainLoop = runnable(`${LOOP_IN_JS} return s;`);
    return {
      cases: [
        condition(
          'new Function',
          'the same checks as phs: own properties, kinds of operands',
          checkedTest(),
          true,
        ),
        condition('phs', 'compiled to closures', (request) => program.run(request)),
        condition(
          'new Function, unchecked',
          'bare JavaScript: prototypes, coercion, throws on what is missing',
          bareTest(),
        ),
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
