import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const LIBRARY = new URL('../../lib/index.js', import.meta.url).href;
/** What `fetch` is made of, loaded by Node when something asks for it. */
const LOADED = `process.moduleLoadList.filter((name) => name.includes('deps/undici'))`;
const APPLICATION = `
import { createHost } from ${JSON.stringify(LIBRARY)};
const host = await createHost({ logLevel: 'off' });
const module = await host.load('./m');
await host.inspect();
const thread = await module.call({});
await host.close();
console.log(JSON.stringify({ thread, host: ${LOADED} }));
`;

test('neither a host nor the thread of a module has Node load what fetch is made of', () =>
  withFolder((cwd) => {
    writeFiles(cwd, {
      'm/phlow.yaml': 'name: m\n',
      'm/index.mjs': `export default () => ${LOADED};\n`,
      'main.mjs': APPLICATION,
    });
    const said = execFileSync(process.execPath, ['main.mjs'], { cwd, encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({ thread: [], host: [] });
  }));
