import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { checkFlow, graphFlow, openFlow, testFlow, type Value } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const QUIET = { log: () => undefined, envs: {} };

/** A main module that starts the runs in its settings, one after the other, and then ends, fails, or waits until it is stopped. */
const MODULE = `
export default {
  async main({ with: { runs, last }, dispatch, signal, log }) {
    for (const run of runs) await dispatch(run);
    if (last === 'fail') throw new Error('the feed is gone');
    if (last === 'wait') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    log.info('ended;');
  },
  stop() { console.error('stopped'); },
};`;

const entry = (name: string, settings: string): string =>
  `  - module: ./feed\n    name: ${name}\n    isolation: trusted\n    with: ${settings}\n`;

function files(main: string, modules: string): Record<string, string> {
  return {
    'package.json': '{ "type": "module" }',
    'feed/phlow.yaml': 'name: feed\ntype: main\n',
    'feed/index.js': MODULE,
    'main.phlow': `main: ${main}\nmodules:\n${modules}  - module: note\nsteps:\n  - note: ["first", main]\n  - return: 1\n  - id: second\n    note: ["second", main]\ntests:\n  - main: 7\n    assert_eq: 1\n`,
  };
}

async function served(main: string, modules: string) {
  return withFolder(async (folder) => {
    writeFiles(folder, files(main, modules));
    const notes: Value[] = [];
    const note = ({ input }: { readonly input: Value }): void => void notes.push(input);
    await using flow = await openFlow(`${folder}/main.phlow`, { ...QUIET, modules: { note }, serve: true });
    const error = await flow.mainEnded.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { notes, error, mains: flow.mains };
  });
}

const TWO = entry('a', '{ runs: [1, 2] }') + entry('b', '{ runs: [3] }');

describe('several main modules', () => {
  test('start runs each at its own step, and the flow ends when all of them have ended', async () => {
    const { notes, error, mains } = await served('[a, { module: b, to: second }]', TWO);
    expect(error).toBeUndefined();
    expect(mains).toEqual(['a', 'b']);
    expect(notes).toHaveLength(3);
    expect(notes).toEqual(
      expect.arrayContaining([
        ['first', 1],
        ['first', 2],
        ['second', 3],
      ]),
    );
  });

  test('may be one that starts its runs at a step', async () => {
    const { notes } = await served('{ module: a, to: second }', entry('a', '{ runs: [1] }'));
    expect(notes).toEqual([['second', 1]]);
  });

  test('end the flow with the error of the one that fails', async () => {
    const modules = entry('a', '{ runs: [1], last: "wait" }') + entry('b', '{ runs: [], last: "fail" }');
    const { error } = await served('[a, b]', modules);
    expect(error).toMatchObject({
      code: 'PHLOW_MODULE_ERROR',
      message: 'Module "b" failed: the feed is gone',
    });
  });

  test('stay idle when the flow is run by hand or tested', async () => {
    await withFolder(async (folder) => {
      writeFiles(folder, files('[a, { module: b, to: second }]', TWO));
      const notes: Value[] = [];
      const note = ({ input }: { readonly input: Value }): void => void notes.push(input);
      const options = { ...QUIET, modules: { note } };
      await using flow = await openFlow(`${folder}/main.phlow`, options);
      await flow.mainEnded;
      await flow.run({ main: 5 });
      await flow.run({ main: 6, startStep: 'second' });
      expect(notes).toEqual([
        ['first', 5],
        ['second', 6],
      ]);
      const { results } = await testFlow(`${folder}/main.phlow`, options);
      expect(results.map(({ passed }) => passed)).toEqual([true]);
      expect(notes).toEqual([
        ['first', 5],
        ['second', 6],
        ['first', 7],
      ]);
    });
  });

  test.each([
    ['[a, 5, a]', 'main names a module that is not declared: "5"'],
    ['[a, aa]', 'main names a module that is not declared: "aa". Did you mean "a"?'],
    [
      '[a, { module: a, to: second }]',
      'main names the module "a" twice: declare it a second time under another name',
    ],
    ['[a, { modul: b }]', '"main" has no key "modul". Did you mean "module"?'],
    ['{ to: second }', 'found no "module"'],
    ['[[a]]', 'an entry of "main" must be the name of a module, or a mapping'],
    [
      '[a, { module: b, to: secnd }]',
      '"b" under "main" starts runs at a step that cannot be reached, "secnd": no step has this id. Did you mean "second"?',
    ],
  ])('are refused before anything runs: %s', async (main, message) => {
    const flow = `main: ${main}\nmodules: [{ module: ./feed, name: a }, { module: ./feed, name: b }]\nsteps: [{ id: second }]\n`;
    const error = await errorOf(openFlow({ text: flow }, QUIET));
    expect(error).toMatchObject({ code: 'PHLOW_FLOW_INVALID', place: { line: 1 } });
    expect(error.message).toContain(message);
  });

  test('that start no runs are an error where they would be waited for', async () => {
    const text = 'main: echo\nmodules: [echo]\nsteps: []\n';
    const error = await errorOf(openFlow({ text }, { ...QUIET, serve: true }));
    expect(error).toMatchObject({ code: 'PHLOW_FLOW_INVALID', place: { line: 1, column: 7 } });
    expect(error.message).toContain('main names the module "echo", which starts no runs');
    await using flow = await openFlow({ text }, QUIET);
    expect(await flow.run({ main: 1 })).toBeUndefined();
    expect((await checkFlow({ text })).map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: main names the module "echo", whose phlow.yaml does not say that it starts runs (type: main, or any)',
    ]);
  });

  test('make the steps reachable at which their runs start, and stand in the graph', async () => {
    const text =
      'main: [{ module: schedule, to: second }]\nmodules: [{ module: schedule, with: { every: "1h" } }]\nsteps: [{ return: 1 }, { id: second }]\n';
    expect(await checkFlow({ text })).toEqual([]);
    const graph = await graphFlow({ text });
    expect(graph).toContain('  main0(["schedule"])\n');
    expect(graph).toContain('  main0 --> s1\n');
  });
});

test('phlow run ends with the error of a main module that fails, after the others have stopped', async () => {
  await withFolder(async (folder) => {
    const modules = entry('a', '{ runs: [], last: "wait" }') + entry('b', '{ runs: [], last: "fail" }');
    const { 'main.phlow': flow, ...others } = files('[a, b]', modules);
    writeFiles(folder, {
      ...others,
      'main.phlow': (flow ?? '').replace('module: note', 'module: log\n    name: note'),
    });
    const child = spawn(process.execPath, [MAIN, 'run', 'main.phlow'], {
      cwd: folder,
      env: { ...process.env, PHLOW_LOG: 'info' },
    });
    let stderr = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(stderr).toContain('Module "b" failed: the feed is gone');
    expect(stderr).toContain('ended;');
    expect(stderr).not.toContain('Cannot wait for the run');
  });
});
