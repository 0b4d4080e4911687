import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Two calls of the cache for each request. */
const flow = (isolation: string): string =>
  [
    'main: web',
    'modules:',
    '  - module: http_server',
    '    name: web',
    '    with: { host: "127.0.0.1", port: 0 }',
    ...(isolation === 'trusted'
      ? []
      : [`    isolation: ${isolation}`, '    grant: { net: { listen: ["127.0.0.1:0"] } }']),
    '  - module: cache',
    'steps:',
    '  - cache.set: { key: main.path, value: main.method }',
    '  - cache.get: { key: main.path }',
    '  - return: { body: payload.value }',
    '',
  ].join('\n');

/** What came of the requests of one round. */
export interface Round {
  /** Answered as they should be, before the signal and after it. */
  answered: number;
  answeredAfter: number;
  /** Not taken: nobody listened any more. */
  refused: number;
  /** Taken and not answered as they should be, with what happened. */
  readonly dropped: string[];
  exitCode: number | null;
}

/** What is done under load. */
export interface Load {
  readonly connections: number;
  /** The signal comes after so many answers. */
  readonly signalAfter: number;
  readonly isolation: string;
}

/** Serves a flow by the command line, sends it SIGTERM under load, and counts what came of the requests. */
export function sigtermRound({ connections, signalAfter, isolation }: Load): Promise<Round> {
  return withFolder(async (cwd) => {
    writeFiles(cwd, { 'main.phlow': flow(isolation) });
    const child = spawn(process.execPath, [MAIN, 'run', 'main.phlow'], {
      cwd,
      env: { ...process.env, PHLOW_LOG: 'info' },
    });
    const round: Round = { answered: 0, answeredAfter: 0, refused: 0, dropped: [], exitCode: null };
    const exited = once(child, 'close') as Promise<[number | null]>;
    const port = await portOf(child.stderr);
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const signal = { isSent: false };
    const client = async (): Promise<void> => {
      while (round.dropped.length < 100) {
        const outcome = await ask(port, agent);
        if (outcome === 'answered') {
          round.answered++;
          if (signal.isSent) round.answeredAfter++;
          if (!signal.isSent && round.answered >= signalAfter) {
            signal.isSent = true;
            child.kill('SIGTERM');
          }
        } else if (outcome === 'refused') {
          round.refused++;
          return;
        } else round.dropped.push(`${signal.isSent ? 'after' : 'before'} the signal: ${outcome}`);
      }
    };
    await Promise.all(Array.from({ length: connections }, client));
    agent.destroy();
    // What never answers as it should gets no signal either.
    if (!signal.isSent) child.kill('SIGTERM');
    [round.exitCode] = await exited;
    return round;
  });
}

/** The port that the server says it listens on. */
function portOf(stderr: NodeJS.ReadableStream): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    stderr.setEncoding('utf8');
    stderr.on('data', (part: string) => {
      text += part;
      const [, port] = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    stderr.on('end', () => reject(new Error(`It never listened: ${text}`)));
  });
}

function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/x', agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () =>
        resolve(
          response.statusCode === 200 && body === '"GET"'
            ? 'answered'
            : `${String(response.statusCode)} ${body.slice(0, 100)}`,
        ),
      );
      response.on('error', (error) => resolve(error.message));
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : `${error.code ?? ''} ${error.message}`),
    );
    asked.end();
  });
}
