import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { bundleModule } from '../../../src/sandbox/bundle/bundle-module.js';
import { mapComment } from '../../../src/sandbox/bundle/own-map.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';

const CODE = 'export default () => { throw new Error("x"); };\n';
const MAP = { version: 3, sources: ['../src/index.ts'], names: [], mappings: 'AAAA;AACA' };

/** The sources that the map of a bundle names, and the whole of that map. */
async function mapOf(
  files: Readonly<Record<string, string>>,
): Promise<{ sources: readonly string[]; text: string }> {
  return withFolder(async (folder) => {
    writeFiles(folder, files);
    const { map } = await bundleModule({
      module: 'mapped',
      folder,
      entry: join(folder, 'index.mjs'),
      cacheFolder: false,
    });
    return { sources: (JSON.parse(map) as { sources: string[] }).sources, text: map };
  });
}

describe('the map beside a file of a module', () => {
  test('gives the places of its sources', async () => {
    const { sources } = await mapOf({ 'index.mjs': CODE, 'index.mjs.map': JSON.stringify(MAP) });
    expect(sources).toContain('../src/index.ts');
  });

  test('gives no content of any file, whatever it names', async () => {
    const hostile = {
      ...MAP,
      sourceRoot: '/etc',
      sources: ['../secret.txt', '/etc/passwd'],
      sourcesContent: [null, null],
      mappings: 'AAAA;ACAA',
    };
    const { text } = await mapOf({
      'index.mjs': CODE,
      'index.mjs.map': JSON.stringify(hostile),
      'secret.txt': 'secret words',
    });
    expect(text).not.toContain('secret words');
    expect(text).not.toContain('root:');
    expect(text).not.toContain('sourcesContent');
  });

  test('is not looked for where the code says', async () => {
    const code = `${CODE}//# sourceMappingURL=other.map\n`;
    const { sources } = await mapOf({ 'index.mjs': code, 'other.map': JSON.stringify(MAP) });
    expect(sources).not.toContain('../src/index.ts');
  });

  test.each([
    ['no JSON', '{'],
    ['no map', '[]'],
    ['another version', JSON.stringify({ ...MAP, version: 2 })],
    ['sources that are no texts', JSON.stringify({ ...MAP, sources: [{}] })],
    ['names that are no texts', JSON.stringify({ ...MAP, names: 'x' })],
    ['no mappings', JSON.stringify({ ...MAP, mappings: 1 })],
    ['more than 8 MiB', JSON.stringify({ ...MAP, mappings: ';'.repeat(9 * 1_048_576) })],
  ])('is left out with %s', (_name, text) => {
    expect(mapComment(Buffer.from(text))).toBe('');
  });
});
