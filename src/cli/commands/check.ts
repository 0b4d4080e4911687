import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isPhlowError, PhlowError } from '../../errors.js';
import { readManifest } from '../../index.js';
import { defineCommand } from '../command.js';
import { errorText } from '../error-text.js';
import { EXIT, exitCodeOf } from '../exit-code.js';
import { resultText } from '../result-text.js';

/** What became of one file. */
interface Checked {
  readonly file: string;
  readonly error: PhlowError | undefined;
}

const MANIFEST = 'phlow.yaml';

/** Checks manifests and flows without starting anything. */
export const check = defineCommand({
  name: 'check',
  parameters: 'PATH...',
  summary: 'check manifests and flows without starting anything',
  details: 'PATH is a phlow.yaml, a flow, or a folder: then every phlow.yaml and .phlow file below it.',
  positionals: { least: 1, most: Infinity },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options, positionals }, { print }) {
    const checked: Checked[] = [];
    for (const file of positionals.flatMap(filesAt)) checked.push({ file, error: await checkFile(file) });
    if (options.json === true) {
      print.result(resultText({ files: checked.map(asRecord) }, true) ?? '');
    } else {
      for (const { file, error } of checked) {
        if (error === undefined) print.result(`ok ${file}`);
        else print.note(`${errorText(error, print)}\n`);
      }
    }
    const codes = checked.flatMap(({ error }) => (error === undefined ? [] : [exitCodeOf(error)]));
    return codes.includes(EXIT.invalidFile) ? EXIT.invalidFile : (codes[0] ?? EXIT.ok);
  },
});

function filesAt(path: string): string[] {
  if (!existsSync(path)) {
    const code = basename(path) === MANIFEST ? 'PHLOW_MANIFEST_UNREADABLE' : 'PHLOW_FLOW_UNREADABLE';
    throw new PhlowError(code, `Cannot check ${path}: there is no such file or folder`, {
      details: { file: path },
    });
  }
  if (!statSync(path).isDirectory()) return [path];
  const files = filesBelow(path);
  if (files.length > 0) return files;
  throw new PhlowError(
    'PHLOW_FLOW_UNREADABLE',
    `Cannot check ${path}: it holds no ${MANIFEST} and no .phlow file`,
    {
      details: { file: path },
    },
  );
}

/** Folders that hold other people's files or built ones. */
const SKIPPED: readonly string[] = ['node_modules', '.git', 'dist', 'phlow_remote'];

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : filesBelow(path);
    return entry.name === MANIFEST || entry.name.endsWith('.phlow') ? [path] : [];
  });
}

async function checkFile(file: string): Promise<PhlowError | undefined> {
  try {
    if (basename(file) === MANIFEST) await checkManifest(file);
    return undefined;
  } catch (error) {
    if (isPhlowError(error)) return error;
    throw error;
  }
}

async function checkManifest(file: string): Promise<void> {
  const manifest = await readManifest(file);
  if (manifest.entry === undefined || existsSync(join(dirname(file), manifest.entry))) return;
  throw new PhlowError(
    'PHLOW_ENTRY_MISSING',
    `Cannot find the entry file of module "${manifest.name}": there is no ${manifest.entry} beside ${file}`,
    { place: manifest.placeOf('/entry'), details: { module: manifest.name } },
  );
}

function asRecord({ file, error }: Checked): Record<string, unknown> {
  if (error === undefined) return { file, ok: true, error: null };
  const { code, message, place, details } = error;
  return {
    file,
    ok: false,
    error: { code, message, place: place === undefined ? null : { ...place }, details },
  };
}
