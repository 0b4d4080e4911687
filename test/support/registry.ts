import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from './write-files.js';

const PROCESS = fileURLToPath(new URL('../packages/registry-process.js', import.meta.url));

/** Nothing is taken from elsewhere, and who wants a package of @acme has to say who he is. */
const CONFIG = `storage: ./storage
auth:
  htpasswd: { file: ./htpasswd, algorithm: sha1 }
uplinks: {}
web: { enable: false }
packages:
  '@acme/*': { access: $authenticated, publish: $authenticated }
  '**': { access: $all, publish: $authenticated }
log: { type: stdout, format: json, level: fatal }
`;

/** A registry of npm packages on loopback. */
export interface Registry {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** What says who one is. */
  readonly token: string;
  close(): Promise<void>;
}

/** Starts a registry that keeps everything in a folder. */
export async function startRegistry(folder: string): Promise<Registry> {
  writeFiles(folder, { 'config.yaml': CONFIG });
  const child = spawn(process.execPath, [PROCESS, join(folder, 'config.yaml')], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const listen = (text: Buffer): void => {
      said += text.toString();
      const [, found] = /^LISTENING (.*)$/m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('close', () => reject(new Error(`the registry ended: ${said}`)));
  });
  const answer = await fetch(`${url}-/user/org.couchdb.user:ann`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ann', password: 'very secret words' }),
  });
  const { token } = (await answer.json()) as { readonly token: string };
  return {
    url,
    token,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
