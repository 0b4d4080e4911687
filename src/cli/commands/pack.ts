import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, PhlowError } from '../../errors.js';
import type { PackedModule } from '../../index.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { folderArgument, usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';

/** Lines of what is left out. */
const MAX_LEFT_OUT = 10;

/** Makes the package of a module. */
export const pack = defineCommand({
  name: 'pack',
  parameters: 'MODULE',
  summary: 'make a tarball of a module that npm can publish and phlow can install',
  details: [
    'Writes NAME-VERSION.tgz into the current folder. What goes in: the files that "files" in package.json names; without it phlow.yaml, the code with what it',
    'imports, its types and source maps, flows, and what the module asks to read in its own folder. README and licence always; never .git, .npmrc, .env,',
    'lock files, tarballs, or node_modules but for bundleDependencies. package.json is made from phlow.yaml where there is none; it gets the permissions of the',
    'module, and sbom.cdx.json says what it is made of. The same files make the same bytes. Exits with 3 for a module that cannot be packed, 4 for one that is not',
    'there or has no code.',
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: {
    out: {
      kind: 'text',
      short: 'o',
      value: 'PATH',
      help: 'the file to write, which ends with .tgz, or the folder to write it into',
    },
    'dry-run': { kind: 'flag', help: 'write nothing' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals: [module = ''] }, { print }) {
    const { packModule } = await library();
    const packed = await packModule(folderArgument(module));
    const file = resolve(placeOf(options.out, packed.fileName));
    const isWritten = options['dry-run'] !== true;
    if (isWritten) write(file, packed.tarball);
    if (options.json === true) print.result(jsonText({ file: isWritten ? file : null, ...recordOf(packed) }));
    else {
      print.result(textOf(packed, isWritten ? file : undefined));
      for (const note of packed.notes) print.note(`note: ${note}`);
    }
    return EXIT.ok;
  },
});

/** Where the tarball goes: a name that ends with a slash, or is a folder, is one. */
function placeOf(out: string | undefined, fileName: string): string {
  if (out === undefined) return fileName;
  const isFolder = /[\\/]$/.test(out) || statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) return join(out, fileName);
  if (!/\.(?:tgz|tar\.gz)$/.test(out))
    throw usage(
      `Option --out must be a folder, or a file that ends with .tgz, which phlow install takes: found "${out}"`,
    );
  return out;
}

function write(file: string, tarball: Buffer): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    writeFileSync(aside, tarball, { flag: 'wx' });
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    const message = `Cannot write ${file}: ${messageOf(error)}; is ${dirname(file)} a folder that you may write to?`;
    throw new PhlowError('PHLOW_USAGE', message, { cause: error });
  }
}

/** What a program reads of a package. */
export function recordOf(packed: PackedModule): Record<string, unknown> {
  const { name, version, fileName, integrity, tarball, unpackedBytes, files, leftOut, permissions, notes } =
    packed;
  const dependencies = packed.dependencies.map((one) => ({
    name: one.name,
    version: one.version ?? null,
    isDeclared: one.isDeclared,
    isBundled: one.isBundled,
  }));
  return {
    name,
    version,
    fileName,
    integrity,
    packedBytes: tarball.length,
    unpackedBytes,
    files,
    leftOut,
    permissions,
    dependencies,
    notes,
  };
}

/** What a person reads of a package. */
export function textOf(packed: PackedModule, file: string | undefined): string {
  const { name, version, integrity, tarball, unpackedBytes, files, leftOut, permissions } = packed;
  const width = Math.max(...files.map(({ bytes }) => String(bytes).length));
  const shown = leftOut.slice(0, MAX_LEFT_OUT).map((path) => visibleLine(path));
  const more = leftOut.length > shown.length ? ` and ${leftOut.length - shown.length} more` : '';
  return [
    `${visibleLine(name)} ${visibleLine(version)}`,
    ...files.map(({ path, bytes }) => `  ${String(bytes).padStart(width)}  ${visibleLine(path)}`),
    ...(shown.length === 0 ? [] : [`left out: ${shown.join(', ')}${more}`]),
    permissions.length === 0
      ? 'it asks for nothing'
      : `it asks for: ${permissions.map((text) => visibleLine(text)).join(', ')}`,
    `${files.length} files, ${unpackedBytes} bytes, ${tarball.length} packed`,
    integrity,
    ...(file === undefined ? [] : [`wrote ${visiblePath(file)}`]),
  ].join('\n');
}
