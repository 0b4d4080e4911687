import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { listRuns, openFlow, type OpenFlowOptions, type Value } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';

const QUIET = { log: () => undefined, envs: {} };

/** Flows by what they show; what `note` is called with is counted. Each can be cut off anywhere. */
const FLOWS: Readonly<Record<string, string>> = {
  'values of phs that plain data does not tell apart': `
steps:
  - id: first
    payload: !phs { whole: 3.0, char: 'c', big: 9007199254740993, list: [1.0, 'x', -0.0], "__proto__": 1 }
  - payload: !phs { a: type_of(steps.first.whole), b: type_of(steps.first.char), c: \`\${steps.first.list}\`, d: steps.first.big + 1 }
  - payload: !phs [payload, steps.first.whole + 1, type_of(steps.first.list[0])]
`,
  'what is not computed twice': `
modules: [note]
steps:
  - id: moment
    payload: !phs \`\${run.key} \${main}\`
  - id: asked
    note: { key: run.key, at: steps.moment }
  - payload: !phs [steps.moment, steps.asked, run.id]
`,
  'jumps that come back': `
modules: [note]
steps:
  - payload: 0
  - id: turn
    note: { key: run.key, n: payload }
    payload: payload.n + 1
  - assert: payload < 4
    then: { to: turn }
  - payload: [payload, "end"]
`,
  'branches and items': `
modules: [note]
steps:
  - parallel:
      left:
        - note: { key: run.key, n: 1 }
        - payload: payload.n + 1
      right:
        - for_each:
            in: [1, 2, 3]
            at_once: 2
            steps:
              - note: { key: run.key, n: item }
              - assert: item == 2
                return: two
              - payload: !phs [payload.n, index, item * 1.0]
        - payload: !phs { all: payload }
      empty: []
  - id: kept
    payload: payload
  - payload: steps.kept
`,
  'an error branch': `
modules: [note]
steps:
  - payload: 7
  - payload: !phs if main == 1 { throw "no" } else { 1 }
    on_error:
      - note: { code: error.code, text: error.message }
      - payload: !phs [payload.code, error.message]
  - payload: [payload, "after"]
`,
  'on_error and finally of the flow': `
modules: [note]
steps:
  - id: base
    payload: 1
  - payload: 10 / (main - 1)
on_error:
  - note: { code: error.code, step: error.step }
  - return: [payload.code, steps.base]
finally:
  - note: { end: true }
  - note: { error: error }
`,
  'a failure that stands': `
modules: [note]
steps:
  - payload: 5
  - payload: 10 / (main - 1)
on_error:
  - note: { code: error.code, text: error.text }
finally:
  - note: { end: error.message }
`,
  tries: `
modules: [note]
steps:
  - parallel:
      one:
        - note: { key: run.key, n: 1 }
      two:
        - note: { key: run.key, n: 2 }
        - payload: payload.n
    retry: 2
  - note: { last: payload.two }
  - return: payload.last
`,
};

async function outcomeOf(
  text: string,
  how: (flow: Awaited<ReturnType<typeof openFlow>>) => Promise<Value>,
  options: OpenFlowOptions,
): Promise<{ outcome: unknown; notes: Value[] }> {
  const notes: Value[] = [];
  const note = ({ input }: { input: Value }): Value => {
    notes.push(input);
    return input;
  };
  await using flow = await openFlow(
    { text },
    { ...QUIET, modules: text.includes('note') ? { note } : {}, ...options },
  );
  const outcome = await how(flow).catch((error: unknown) => {
    const { code, message, details } = error as { code: string; message: string; details: unknown };
    return { code, message, details };
  });
  return { outcome, notes };
}

describe('a run that is cut off after any record', () => {
  test.each(Object.entries(FLOWS))('%s: comes to what an undisturbed run comes to', async (_, text) => {
    await withFolder(async (folder) => {
      const journal = join(folder, 'whole');
      const whole = await outcomeOf(text, (flow) => flow.run({ id: 'r', main: 1 }), { journal });
      expect(readdirSync(journal)).toEqual(['r.jsonl']);
      const lines = readFileSync(join(journal, 'r.jsonl'), 'utf8').split('\n').slice(0, -1);
      const counts: number[] = [whole.notes.length];
      for (let cut = 1; cut < lines.length; cut++) {
        const place = join(folder, `cut${cut}`);
        mkdirSync(place);
        // The process that is said to work on it is this one, which does not.
        writeFileSync(join(place, 'r.jsonl'), `${lines.slice(0, cut).join('\n')}\n{"t":"st`);
        expect(listRuns(place)).toMatchObject([{ id: 'r', state: 'interrupted' }]);
        const resumed = await outcomeOf(text, (flow) => flow.resume('r'), { journal: place });
        expect({ cut, outcome: resumed.outcome }).toEqual({ cut, outcome: whole.outcome });
        for (const one of resumed.notes) expect(whole.notes).toContainEqual(one);
        counts.push(resumed.notes.length);
        // It can be read again, and comes to the same without doing anything.
        const after = await outcomeOf(text, (flow) => flow.resume('r'), { journal: place });
        if (listRuns(place)[0]?.state === 'done') {
          expect(after).toEqual({ outcome: whole.outcome, notes: [] });
        }
      }
      // The more is kept, the less is done again; in the end nothing.
      expect(counts).toEqual(counts.toSorted((a, b) => b - a));
      expect(counts.at(-1)).toBe(0);
    });
  });
});
