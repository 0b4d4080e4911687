import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LoadOptions, Module } from '../../src/index.js';
import { isMap, textOf } from '../../src/values.js';
import { checkAtOnce } from './calls-at-once.js';
import { checkExact } from './same-reply.js';

type Vector = Readonly<Record<string, unknown>>;

/** Runs a vector of the fs module in a folder of its own, which `$TMP` stands for, and looks at what is in it afterwards. */
export async function checkFiles(
  load: (options: LoadOptions) => Promise<Module>,
  vector: Vector,
): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'phlow-vector-')));
  try {
    const own = placed(vector, folder);
    if (!isMap(own)) return;
    for (const [path, content] of Object.entries(isMap(own['tree']) ? own['tree'] : {})) grow(path, content);
    const cwd = typeof own['cwd'] === 'string' ? own['cwd'] : process.cwd();
    await checkAtOnce(await load({ baseDir: cwd }), own);
    for (const [path, content] of Object.entries(isMap(own['files']) ? own['files'] : {}))
      checkExact(content, readFileSync(path, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The value with `$TMP` replaced wherever it stands, in names too. */
function placed(value: unknown, folder: string): unknown {
  if (typeof value === 'string') return value.replaceAll('$TMP', folder);
  if (Array.isArray(value)) return value.map((item) => placed(item, folder));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.replaceAll('$TMP', folder), placed(member, folder)]),
  );
}

function grow(path: string, content: unknown): void {
  mkdirSync(path.endsWith('/') ? path : dirname(path), { recursive: true });
  if (path.endsWith('/')) return;
  if (!isMap(content)) writeFileSync(path, textOf(content));
  else if (typeof content['link'] === 'string') symlinkSync(content['link'], path);
  else writeFileSync(path, Buffer.from(textOf(content['base64']), 'base64'));
}
