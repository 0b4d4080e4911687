import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPhlowError, listRuns, openFlow, type Flow, type Value } from '../../src/index.js';

/**
 * Brings runs to their end, ten at a time: `child.js FOLDER COUNT STEPS` kills itself when so many things have happened in it (0: never). What was
 * under way before goes on; of a step marked `once` it finds out in the ledger whether it took place.
 */

/** What a run of it comes to is decided by `main`, but for the key, which the journal keeps. */
const FLOW = `
modules: [ledger]
steps:
  - id: drawn
    payload: !phs \`\${main * 7}:\${run.key}\`
  - id: paid
    ledger: { kind: "once", key: run.key, amount: main * 2 }
    once: true
  - id: turn
    payload: !phs if type_of(payload) == "i64" { payload + 1 } else { 0 }
  - assert: payload < 3
    then: { to: turn }
  - id: both
    parallel:
      mails:
        - for_each:
            in: [1, 2, 3]
            steps:
              - ledger: { kind: "once", key: run.key, amount: item }
                once: true
              - payload: !phs payload.amount * 1.0
      asked:
        - ledger: { kind: "any", key: run.key, amount: main }
        - payload: payload.amount
          on_error: { payload: -1 }
  - assert: main % 10 == 3
    payload: !phs if steps.both.mails.len() == 3 { throw "no" }
    on_error:
      - ledger: { kind: "any", key: run.key, amount: error.message }
  - return: { drawn: steps.drawn, paid: steps.paid.amount, both: steps.both, last: payload }
finally:
  - ledger: { kind: "any", key: run.key, amount: 0 }
`;

const [folder = '.', count = '0', lives = '0'] = process.argv.slice(2);
const ledgerFile = join(folder, 'ledger');
const resultsFile = join(folder, 'results');
let left = lives === '0' ? Infinity : Number(lives);

/** Something happens: here the process may end. */
function point(): void {
  if (--left <= 0) process.kill(process.pid, 'SIGKILL');
}

function ledger({ input }: { input: Value }): Value {
  const { kind, key } = input as { kind: string; key: string };
  point();
  appendFileSync(ledgerFile, `${kind} ${key}\n`);
  point();
  return input;
}

function hasTakenPlace(key: string): boolean {
  return existsSync(ledgerFile) && readFileSync(ledgerFile, 'utf8').split('\n').includes(`once ${key}`);
}

/** Asks the ledger where the journal does not know. */
async function goOn(flow: Flow, id: string): Promise<Value> {
  try {
    return await flow.resume(id);
  } catch (error) {
    if (!isPhlowError(error) || error.code !== 'PHLOW_RUN_UNCERTAIN') throw error;
    const [key] = error.details['keys'] as string[];
    if (!hasTakenPlace(key ?? '')) return flow.resume(id, { again: true });
    const number = Number(id.slice(1));
    const item = /\.0\/0\.(\d)\/0$/.exec(key ?? '')?.[1];
    const amount = item === undefined ? number * 2 : Number(item) + 1;
    return flow.resume(id, { done: { kind: 'once', key: key ?? '', amount } });
  }
}

await using flow = await openFlow(
  { text: FLOW },
  { modules: { ledger }, journal: join(folder, 'journal'), envs: {}, log: () => undefined, onStep: point },
);
const known = new Set(listRuns(join(folder, 'journal')).map(({ id }) => id));
const numbers = Array.from({ length: Number(count) }, (_, number) => number);
// A run may have ended without its result being noted: resumed, it gives the result again and does nothing.
const noted = new Set(
  existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8').match(/(?<=^\[")r\d+/gm) : [],
);
const open = numbers.filter((number) => !noted.has(`r${number}`));
const bringOn = async (): Promise<void> => {
  for (let number = open.shift(); number !== undefined; number = open.shift()) {
    const id = `r${number}`;
    const result = known.has(id) ? await goOn(flow, id) : await flow.run({ id, main: number });
    appendFileSync(resultsFile, `${JSON.stringify([id, result])}\n`);
  }
};
await Promise.all(Array.from({ length: 10 }, bringOn));
