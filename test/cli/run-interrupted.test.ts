import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** `finally` calls a module, which has to be there still. */
const FLOW = `modules:
  - module: sleep
  - module: cache
    with: { capacity: 5 }
steps:
  - cache.set: { key: "lock", value: "held" }
  - log: at work;
  - sleep: { hours: 1 }
finally:
  - cache.get: { key: "lock" }
  - log: \`\${payload.value}, now released: \${error.code};\`
`;

describe('phlow run of a flow with finally', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s cancels the run, and finally runs', (signal, code) =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'main.phlow': FLOW });
      const child = spawn(process.execPath, [MAIN, 'run', 'main.phlow'], {
        cwd,
        env: { ...process.env, PHLOW_LOG: 'info' },
      });
      let stderr = '';
      child.stdout.resume();
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        const wasAtWork = stderr.includes('at work;');
        stderr += text;
        if (!wasAtWork && stderr.includes('at work;')) child.kill(signal);
      });
      const [exitCode] = (await once(child, 'close')) as [number];
      expect(stderr).toContain('held, now released: PHLOW_FLOW_CANCELLED;');
      expect(exitCode).toBe(code);
    }),
  );
});
