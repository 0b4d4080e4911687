import { dirname, join, relative } from 'node:path';
import { isMap } from '../../values.js';
import { readPlainFile } from '../../manifest/read-plain-file.js';

const MAX_BYTES = 4 * 1_048_576;

/** A package.json as plain data, of which nothing is known; undefined when there is none in the folder. */
async function readPackageJson(folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readPlainFile(join(folder, 'package.json'), MAX_BYTES).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text.toString());
    return isMap(data) ? data : {};
  } catch {
    // What is not JSON says nothing; the bundler complains about it itself, with the place.
    return {};
  }
}

/** The `browser` mapping of one package, and the folder it stands in. */
interface Package {
  readonly folder: string;
  readonly browser: Readonly<Record<string, unknown>>;
}

/** Answers what packages make of files and names in a browser (the `browser` field of package.json). Remembers the packages it has read. */
export class BrowserFields {
  readonly #packages = new Map<string, Promise<Package | undefined>>();

  /** What the package around `folder` makes of a name: another file, nothing (`false`), or no word about it (undefined). */
  async ofName(name: string, folder: string): Promise<string | false | undefined> {
    const found = await this.#packageOf(folder);
    if (found === undefined || !Object.hasOwn(found.browser, name)) return undefined;
    const to = found.browser[name];
    return typeof to === 'string' || to === false ? to : undefined;
  }

  /** What the package around a file makes of it; `path` may lack its extension. A file comes with its absolute path. */
  async ofFile(path: string): Promise<string | false | undefined> {
    const found = await this.#packageOf(dirname(path));
    if (found === undefined) return undefined;
    const name = `./${relative(found.folder, path).replaceAll('\\', '/')}`;
    const spellings = [name, `${name}.js`, `${name}/index.js`, name.replace(/\.js$/, ''), name.slice(2)];
    const mapped = spellings
      .filter((spelling) => Object.hasOwn(found.browser, spelling))
      .map((spelling) => found.browser[spelling]);
    if (mapped.includes(false)) return false;
    const to = mapped.find((one) => typeof one === 'string');
    return typeof to === 'string' && /^\.{1,2}\//.test(to) ? join(found.folder, to) : undefined;
  }

  #packageOf(folder: string): Promise<Package | undefined> {
    const known = this.#packages.get(folder);
    if (known !== undefined) return known;
    const found = this.#read(folder);
    this.#packages.set(folder, found);
    return found;
  }

  async #read(folder: string): Promise<Package | undefined> {
    const data = await readPackageJson(folder);
    if (data === undefined) return dirname(folder) === folder ? undefined : this.#packageOf(dirname(folder));
    const { browser } = data;
    return { folder, browser: isMap(browser) ? browser : {} };
  }
}
