import { currentFolder } from '../../current-folder.js';
import type { ListedModule } from '../../index.js';
import { visibleLine } from '../../visible-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';

/** Characters of what is wrong with a module. */
const MAX_PROBLEM = 2_000;

/** Lists the modules that can be used by name. */
export const modules = defineCommand({
  name: 'modules',
  parameters: '',
  summary: 'list the modules that a flow can use by name from here',
  positionals: { least: 0, most: 0 },
  options: { json: { kind: 'flag', help: 'print one line of JSON' } },
  async run({ options }, { print }) {
    const { listModules } = await library();
    const listed = await listModules(currentFolder());
    if (options.json === true) {
      print.result(jsonText(listed.map(asRecord)));
    } else {
      for (const line of asTable(listed)) print.result(line);
    }
    return EXIT.ok;
  },
});

function asRecord({ name, origin, path, manifest, isFlow, error }: ListedModule): Record<string, unknown> {
  return {
    name,
    origin,
    path,
    type: isFlow ? 'flow' : (manifest?.type ?? null),
    version: manifest?.version ?? null,
    description: manifest?.description ?? null,
    error: error === undefined ? null : { code: error.code, message: error.message },
  };
}

function asTable(listed: readonly ListedModule[]): string[] {
  const rows = listed.map(({ name, origin, manifest, isFlow, error }) => [
    visibleLine(name),
    isFlow ? 'flow' : (manifest?.type ?? '-'),
    manifest?.version ?? '-',
    origin,
    error === undefined
      ? visibleLine(firstLine(manifest?.description ?? ''))
      : `${error.code}: ${visibleLine(error.message, MAX_PROBLEM)}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
