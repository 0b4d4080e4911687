import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { History } from '../../src/cli/repl/history.js';
import { runPhlow } from '../support/run-phlow.js';
import { writeFiles } from '../support/write-files.js';
import { withFolder } from '../support/temporary-folder.js';
import { HAS_TERMINALS, KEYS, Terminal } from '../support/terminal.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/typed/', import.meta.url));

/** A session in front of which somebody sits. */
async function withSession(
  use: (terminal: Terminal, folder: string) => Promise<void>,
  args: readonly string[] = [],
): Promise<void> {
  await withFolder(async (folder) => {
    const terminal = open(folder, args);
    try {
      await terminal.until(/> $/);
      await use(terminal, folder);
    } finally {
      terminal.close();
    }
  });
}

function open(folder: string, args: readonly string[] = []): Terminal {
  return new Terminal(process.execPath, [MAIN, 'repl', ...args], {
    cwd: folder,
    env: { XDG_STATE_HOME: join(folder, 'state'), NO_COLOR: '1' },
  });
}

describe('phlow repl, with modules', () => {
  test('calls them as functions, and loads each once', async () => {
    const input = [
      'cache({ action: "set", key: "a", value: [1] }).success',
      'let x = cache("get", "a").value',
      'x.push(2)',
      'x',
      'fn read(key) { cache("get", key).value }',
      'read("a")',
      '',
    ].join('\n');
    const { code, stdout, stderr } = await runPhlow(['repl'], { input });
    expect(stdout).toBe('true\n[1]\n[1, 2]\n[1]\n');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('says what was meant by a command without its dot, words behind settings and too many arguments', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'memo/phlow.yaml': 'name: memo\ninput: { type: object, properties: { key: { type: string } } }\n',
        'memo/index.js': 'module.exports = () => 1;\n',
      });
      const input = 'help\n.load ./memo {"a":1} x\n.load ./memo\nmemo("a", 2)\nlet exit = 5\nexit\n';
      const { code, stdout, stderr } = await runPhlow(['repl'], { cwd, input });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '5\n5\n' });
      expect(stderr).toContain('There is no name help here. Did you mean .help?');
      expect(stderr).toContain('takes nothing more, found "x"');
      expect(stderr).toContain('The module "memo" takes at most 1: key; or one map of them.');
      expect(await runPhlow(['repl', '--isolation', 'isolatd'], { cwd, input: '1\n' })).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('Did you mean "isolated"?'),
      });
    }));

  test('loads one by its path and with settings', () =>
    withFolder(async (cwd) => {
      cpSync(join(FIXTURES, 'orders'), join(cwd, 'my-orders'), { recursive: true });
      const input =
        '.load ./my-orders {"currency":"EUR"}\nmy_orders("total").action\n.load ./my-orders\n.load\n';
      const { code, stdout, stderr } = await runPhlow(['repl'], { cwd, input });
      expect(stdout).toBe('"total"\n');
      expect(stderr).toContain('loaded: call it as my_orders(...)');
      expect(stderr).toContain('error[PHLOW_WITH_INVALID]');
      expect(stderr).toContain('error[PHLOW_USAGE]');
      expect(code).toBe(1);
    }));

  test('without packages that can be read still evaluates', () =>
    withFolder(async (cwd) => {
      writeFileSync(join(cwd, 'phlow_packages'), '');
      const { stdout } = await runPhlow(['repl'], { cwd, input: '1 + 1\n' });
      expect(stdout).toBe('2\n');
    }));
});

(HAS_TERMINALS ? describe : describe.skip)('phlow repl, on a terminal (needs python3)', () => {
  test('Ctrl+C gives up a call that is running, and the session goes on', () =>
    withSession(async (terminal) => {
      terminal.type(`let x = 1${KEYS.enter}`);
      await terminal.until(/\n1\r\n> $/);
      terminal.type(`sleep({ hours: 1 })${KEYS.enter}`);
      await terminal.until(/\r\n$/);
      terminal.type(KEYS.ctrlC);
      await terminal.until(/\^C\r\ngiven up\r\n> /);
      terminal.type(`x + 1${KEYS.enter}`);
      await terminal.until(/\n2\r\n> /);
      terminal.type(KEYS.ctrlD);
      expect(await terminal.ended()).toBe(0);
    }));

  test('Ctrl+C drops what is typed, in the middle of a script too; twice on an empty line it ends', () =>
    withSession(async (terminal) => {
      terminal.type('nothing of this');
      await terminal.until(/nothing of this/);
      terminal.type(KEYS.ctrlC);
      await terminal.until(/\^C\r\n.*> /);
      terminal.type(`[1,${KEYS.enter}`);
      await terminal.until(/\. /);
      terminal.type(KEYS.ctrlC);
      await terminal.until(/\^C\r\n.*> /);
      terminal.type(`7${KEYS.enter}`);
      await terminal.until(/\n7\r\n> /);
      terminal.type(KEYS.ctrlC);
      await terminal.until(/Ctrl\+C again, Ctrl\+D or \.exit ends the session\r\n.*> /);
      // A line in between, and it is asked again.
      terminal.type(`8${KEYS.enter}`);
      await terminal.until(/\n8\r\n> /);
      terminal.type(KEYS.ctrlC);
      await terminal.until(/ends the session\r\n.*> /);
      terminal.type(KEYS.ctrlC);
      expect(await terminal.ended()).toBe(0);
    }));

  test('Tab completes commands, names, modules, actions and members', () =>
    withSession(async (terminal) => {
      for (const [typed, whole] of [
        ['.mod', /\.modules/],
        ['.load ca', /\.load cache/],
        ['ec', /echo\(/],
        ['cache("exi', /cache\("exists"/],
        ['cache({ action: "li', /action: "list"/],
        ['cache({ action: "set", key: "a", va', /value: /],
      ] as const) {
        terminal.type(`${typed}${KEYS.tab}`);
        await terminal.until(whole);
        terminal.type(KEYS.ctrlC);
        await terminal.until(/\^C\r\n.*> /);
      }
      terminal.type(KEYS.ctrlD);
      expect(await terminal.ended()).toBe(0);
    }));

  test('lines of one session come back in the next one, from a file for this user alone', () =>
    withSession(async (terminal, folder) => {
      terminal.type(`"kept"${KEYS.enter}`);
      await terminal.until(/\n"kept"\r\n> /);
      terminal.type(` "secret"${KEYS.enter}`);
      await terminal.until(/\n"secret"\r\n> /);
      terminal.type(`.exit${KEYS.enter}`);
      expect(await terminal.ended()).toBe(0);
      const file = join(folder, 'state/phlow/repl_history');
      expect(readFileSync(file, 'utf8')).toBe('"kept"\n.exit\n');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);

      const next = open(folder);
      try {
        await next.until(/> $/);
        next.type(`${KEYS.up}${KEYS.up}${KEYS.enter}`);
        await next.until(/\n"kept"\r\n> /);
        next.type(KEYS.ctrlD);
        expect(await next.ended()).toBe(0);
      } finally {
        next.close();
      }
    }));

  test('with --no-history nothing is kept', () =>
    withSession(
      async (terminal, folder) => {
        terminal.type(`.exit${KEYS.enter}`);
        expect(await terminal.ended()).toBe(0);
        expect(() => statSync(join(folder, 'state'))).toThrow('ENOENT');
      },
      ['--no-history'],
    ));
});

describe('the commands of a session', () => {
  test('one that there is not is named, with those that there are', async () => {
    const { code, stderr } = await runPhlow(['repl'], { input: '.lod cache\n.5\n' });
    expect(stderr).toMatch(
      /^There is no command \.lod: there are .*\.load.* Did you mean "\.load"\?\nerror\[PHLOW_PHS_SYNTAX\]/,
    );
    expect(code).toBe(1);
  });

  test('.load holds modules as the options of the session say', async () => {
    const at = join(FIXTURES, 'shapes');
    const run = (...options: readonly string[]) =>
      runPhlow(['repl', ...options], { input: `.load ${at} {bad\n.load ${at}\n` });
    expect((await run('--isolation', 'isolated')).stderr).toMatch(
      /^error\[PHLOW_USAGE\]: Cannot read the settings as JSON.*double quotes: .*\nloaded: /,
    );
    expect((await run('--isolation', 'nowhere')).stderr).toContain('"nowhere"');
  });
});

describe('the history of sessions', () => {
  const refusing = (problem: string): never => {
    throw new Error(problem);
  };

  test('holds the last 1000 lines, however many there were', () =>
    withFolder((folder) => {
      const file = join(folder, 'deep/history');
      const history = new History(file, refusing);
      for (let i = 0; i < 2_500; i++) history.add(`${i}`);
      const lines = new History(file, refusing).read();
      expect(lines).toHaveLength(1_000);
      expect([lines[0], lines.at(-1)]).toEqual(['2499', '1500']);
      expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1_001);
    }));

  test('takes neither long lines nor such as a terminal would obey, and closes a file that others can read', () =>
    withFolder((folder) => {
      const file = join(folder, 'history');
      writeFileSync(file, 'good\n\u001b[2Jbad\n');
      chmodSync(file, 0o644);
      const history = new History(file, refusing);
      expect(history.read()).toEqual(['good']);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      for (const line of ['x'.repeat(5_000), '', ' blank', 'a\tb']) history.add(line);
      expect(history.read()).toEqual(['good']);
    }));

  test('says once why lines are not kept, and writes through no link', () =>
    withFolder((folder) => {
      const other = join(folder, 'other');
      writeFileSync(other, 'mine\n');
      symlinkSync(other, join(folder, 'link'));
      mkdirSync(join(folder, 'folder'));
      for (const name of ['link', 'folder', 'other/below']) {
        const problems: string[] = [];
        const history = new History(join(folder, name), (problem) => problems.push(problem));
        expect(history.read()).toEqual([]);
        history.add('one');
        history.add('two');
        expect(problems).toHaveLength(1);
      }
      expect(readFileSync(other, 'utf8')).toBe('mine\n');
    }));
});
