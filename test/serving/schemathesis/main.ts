import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TalkingPhlow } from '../../support/talking-phlow.js';
import useOwnCache from '../../support/own-cache.js';
import { withFolder } from '../../support/temporary-folder.js';
import { ask } from '../../workers/modules/http_server/server.js';

useOwnCache();

/*
 * npm run serving:schemathesis: schemathesis (PyPI) sends examples/api requests that fit its /openapi.json or break it, and holds the answers to it.
 * Arguments are handed on, such as --max-examples 1000.
 */
const MAIN = fileURLToPath(new URL('../../../../examples/api/main.phlow', import.meta.url));
const COMMAND = process.env['SCHEMATHESIS'] ?? 'schemathesis';
const ENV = {
  JWT_SECRET: 'a secret for tests, and for nothing else',
  HOST: '127.0.0.1',
  PORT: '0',
  PHLOW_LOG: 'info',
};

/** Runs schemathesis against the server; resolves with its exit code. */
function examine(folder: string, port: number, token: string, options: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = [
      ...['run', `http://127.0.0.1:${port}/openapi.json`, '--checks', 'all'],
      ...['--header', `Authorization: Bearer ${token}`, '--generation-database', 'none', '--seed', '17'],
      ...options,
      ...process.argv.slice(2),
    ];
    const child = spawn(COMMAND, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

async function signIn(port: number): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const { body } = await ask(port, 'POST /login', { headers, body: '{"user":"ann","password":"ann-demo"}' });
  return (JSON.parse(body) as { token: string }).token;
}

/** Whoever signs out is refused from then on: that is examined last, with a token of its own. A stream of events has no end that could be waited for. */
const PARTS = [
  ['--max-examples', '200', '--exclude-path', '/logout', '--exclude-path', '/changes'],
  ['--max-examples', '20', '--include-path', '/logout'],
] as const;

await withFolder(async (folder) => {
  const api = new TalkingPhlow(['run', MAIN], folder, ENV);
  const [, found] = await api.until('stderr', /Listening on http:\/\/127\.0\.0\.1:(\d+)/);
  const port = Number(found);
  const startedAt = performance.now();
  try {
    for (const options of PARTS) {
      const code = await examine(folder, port, await signIn(port), options);
      if (code !== 0) process.exitCode = 1;
    }
    console.log(`schemathesis took ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  } catch (error) {
    console.error(`Cannot run ${COMMAND}: ${String(error)}`);
    console.error(
      'Install it with pip install -r test/serving/schemathesis/requirements.txt, or name its path in SCHEMATHESIS.',
    );
    process.exitCode = 2;
  } finally {
    await api.interrupt();
  }
});
