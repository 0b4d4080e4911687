import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorCode, messageOf, PhlowError } from '../../errors.js';
import { shellText, visiblePath } from '../../visible-text.js';
import { moduleArgument, usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';

/** A page, and the file that it stands in. */
interface WrittenPage {
  readonly module: string;
  readonly file: string;
  readonly text: string;
  readonly isCurrent: boolean;
}

/** Writes reference pages of modules from their manifests. */
export const docs = defineCommand({
  name: 'docs',
  parameters: 'MODULE...',
  summary: 'write the reference page of a module, from its manifest',
  details: [
    'MODULE is a name, or the path of a folder. The page has the settings, each action with an example that the manifest allows, replies, errors, permissions with',
    'their reasons, levels and limits, and how the module is used. Nothing is started. The same manifest is always the same page.',
    'Without --out the page is printed. With several modules --out is a folder, in which each has its own page, NAME.md or NAME.html.',
    'Exits with 1 if --check finds a page that is not what the manifest says, 2 for wrong usage, 3 for a manifest that is wrong, 4 for a module that is not there.',
    'Example: phlow docs ./counter --out ./counter/REFERENCE.md',
  ].join('\n'),
  positionals: { least: 1, most: Infinity },
  options: {
    html: { kind: 'flag', help: 'one HTML file that needs nothing else, in the place of Markdown' },
    out: { kind: 'text', short: 'o', value: 'FILE', help: 'where to write: a file, or a folder' },
    check: { kind: 'flag', help: 'for CI: compare and write nothing' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals }, { print }) {
    const { moduleDocs } = await library();
    const format = options.html === true ? 'html' : 'markdown';
    const pages = [];
    for (const module of new Set(positionals))
      pages.push({ module, ...(await moduleDocs(moduleArgument(module), { format })) });
    const { out } = options;
    if (out === undefined) {
      if (options.check === true || options.json === true)
        throw usage('Options --check and --json need a file: name it with --out');
      if (pages.length > 1) throw usage('Several modules need a folder for their pages: name it with --out');
      print.result((pages[0]?.text ?? '').trimEnd());
      return EXIT.ok;
    }
    if (pages.length > 1 && /\.(?:md|html?)$/i.test(out) && !isDirectory(out))
      throw usage(`Several modules need a folder for their pages: --out names the file ${visiblePath(out)}`);
    const isFolder = pages.length > 1 || /[\\/]$/.test(out) || isDirectory(out);
    const ending = format === 'html' ? 'html' : 'md';
    const written = pages.map(({ module, name, text }): WrittenPage => {
      const file = isFolder ? join(out, `${name}.${ending}`) : out;
      return { module, file, text, isCurrent: existing(file) === text };
    });
    assertApart(written);
    const isCheck = options.check === true;
    if (!isCheck) for (const page of written) if (!page.isCurrent) write(page);
    if (options.json === true)
      print.result(
        jsonText({
          pages: written.map(({ module, file, isCurrent }) => ({ module, file: resolve(file), isCurrent })),
        }),
      );
    else for (const page of written) print.result(said(page, isCheck, { out, isHtml: format === 'html' }));
    return isCheck && written.some(({ isCurrent }) => !isCurrent) ? EXIT.failed : EXIT.ok;
  },
});

/** Two modules of one name would have one page. */
function assertApart(pages: readonly WrittenPage[]): void {
  const modules = new Map<string, string>();
  for (const { file, module } of pages) {
    const other = modules.get(file);
    if (other !== undefined)
      throw usage(
        `The modules ${other} and ${module} have one name, and so one page (${file}): write them one by one`,
      );
    modules.set(file, module);
  }
}

function said(
  { module, file, isCurrent }: WrittenPage,
  isCheck: boolean,
  { out, isHtml }: { readonly out: string; readonly isHtml: boolean },
): string {
  if (isCurrent) return `${visiblePath(file)} is what the manifest says`;
  if (!isCheck) return `wrote ${visiblePath(file)}`;
  const command = [
    'phlow docs',
    shellText(module),
    ...(isHtml ? ['--html'] : []),
    '--out',
    shellText(out),
  ].join(' ');
  return `${visiblePath(file)} is not what the manifest says: run ${command}`;
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function existing(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new PhlowError('PHLOW_USAGE', `Cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function write({ file, text }: WrittenPage): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const message = `Cannot write ${file}: ${messageOf(error)}; name a place that you may write to`;
    throw new PhlowError('PHLOW_USAGE', message, { cause: error });
  }
}
