import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const DIST = fileURLToPath(new URL('../../', import.meta.url));
/** One folder, so that every file is as far from `dist/src` as any other. */
const OUT = join(DIST, 'lib');

/** What each file that is written has in the place of `import.meta.url`: bundled code keeps none of its own. */
const OWN_URL = {
  cjs: "const ownUrl = require('node:url').pathToFileURL(__filename).href;",
  esm: 'const ownUrl = import.meta.url;',
} as const;

/** Gives the code of each file its own place, wherever it ends up. */
const OWN_PLACE: Plugin = {
  name: 'own-place',
  setup: (building) => {
    // By syntax: the same words may stand in a text.
    building.initialOptions.define = { ...building.initialOptions.define, 'import.meta.url': 'ownPlace' };
    building.onLoad({ filter: /[\\/]dist[\\/]src[\\/].*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const place = JSON.stringify(slashed(relative(OUT, path)));
      const shebang = /^#!.*\n/.exec(text)?.[0] ?? '';
      // In the first line of code, so that all lines stay where the map says.
      const placed = `${shebang}const ownPlace = new URL(${place}, ownUrl).href;${text.slice(shebang.length)}`;
      return { contents: onDemandFrom(dirname(path), placed), resolveDir: dirname(path), loader: 'js' };
    });
  },
};

/** Packages of many files, which are loaded when they are first needed: each stands in a file of its own, from where its parts are handed out by their names. */
const ON_DEMAND: Readonly<Record<string, readonly string[]>> = {
  ajv: ['ajv/dist/2020.js', 'ajv/dist/standalone/index.js', 'ajv-formats/dist/formats.js'],
  yaml: ['yaml'],
  'fast-check': ['fast-check'],
  tar: ['tar'],
  semver: ['semver'],
};

function onDemandFrom(folder: string, text: string): string {
  return text.replace(/\brequire\('([^']+)'\)/g, (asked, name: string) => {
    const file = Object.keys(ON_DEMAND).find((key) => ON_DEMAND[key]?.includes(name));
    if (file === undefined) return asked;
    return `require('${slashed(relative(folder, join(OUT, `${file}.cjs`)))}')('${name}')`;
  });
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

/** A CommonJS package that is taken in asks for these with `require`, which an ES module does not have. */
const REQUIRED_BUILTINS: Plugin = {
  name: 'required-builtins',
  setup: (building) => {
    building.onResolve({ filter: /^(?:node:)?(?:buffer|process)$/ }, ({ kind, path }) =>
      kind === 'require-call' ? { path: path.replace(/^node:/, ''), namespace: 'required' } : undefined,
    );
    building.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `export * from 'node:${path}';`,
    }));
  },
};

/** Has files of its own that are found from its folder, or is loaded only where it is needed. */
const EXTERNAL: readonly string[] = ['esbuild', 'piscina', 'acorn', '@opentelemetry/api'];

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  // Names stay, since errors and stack traces show them.
  minifySyntax: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const OPTIONS = {
  ...COMMON,
  outdir: OUT,
  format: 'esm',
  banner: { js: OWN_URL.esm },
  external: [...EXTERNAL],
  plugins: [OWN_PLACE, REQUIRED_BUILTINS],
} as const satisfies BuildOptions;

async function buildOnDemand(file: string, names: readonly string[]): Promise<void> {
  const cases = names.map((name) => `case '${name}': return require('${name}');`).join('');
  await build({
    ...COMMON,
    format: 'cjs',
    stdin: { contents: `module.exports = (name) => { switch (name) { ${cases} } };`, resolveDir: DIST },
    outfile: join(OUT, `${file}.cjs`),
  });
}

/** The command line as a script, with a copy of the library of its own, and what runs it. */
async function buildCommand(): Promise<void> {
  const script = {
    ...COMMON,
    outdir: OUT,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    external: [...EXTERNAL],
    plugins: [OWN_PLACE],
  } satisfies BuildOptions;
  await build({
    ...script,
    banner: { js: `(function (require, __filename, importFile) { ${OWN_URL.cjs}` },
    footer: { js: '})' },
    entryPoints: { program: join(DIST, 'src/cli/main.js') },
  });
  const program = withImports(asciiOf(await readFile(join(OUT, 'program.cjs'), 'utf8')));
  await writeFile(join(OUT, 'program.cjs'), program);
  const revision = createHash('sha256').update(program).digest('hex').slice(0, 32);
  await build({
    ...script,
    banner: { js: OWN_URL.cjs },
    define: { PROGRAM_REVISION: JSON.stringify(revision) },
    entryPoints: { cli: join(DIST, 'src/launcher.js') },
  });
}

/** A script that was compiled before has no `import()` on Node 20: the launcher, which is a file of its own, imports for it. */
function withImports(text: string): string {
  const program = text.replaceAll('await import(', 'await importFile(');
  if (/^(?![ \t]*(?:\/?\*|\/\/)).*[^.\w]import\(/m.test(program))
    throw new Error('Cannot build the command line: it has an import() that is not awaited at once');
  return program;
}

/** The bundler writes code in ASCII, but keeps some comments as they are. A text of one byte a character takes half the memory. */
function asciiOf(text: string): string {
  const ascii = text.replace(/^[ \t]*\/?\*.*$/gm, (comment) => comment.replace(/[^\x20-\x7e]/g, '?'));
  if (/[^\n\r\t\x20-\x7e]/.test(ascii))
    throw new Error('Cannot build the command line: its code is not ASCII');
  return ascii;
}

/** What is imported by name: it finds out whether it is at its place before anything else of it, or of its packages, is evaluated. */
const GUARDED = ['index', 'testing'] as const;

function behindGuard(name: (typeof GUARDED)[number]): string {
  return `phlow-${name}`;
}

/**
 * Puts the library and the command line into a few files: Node's loader opens all files of a program at once, which takes a third of a second
 * and more descriptors than some machines give. What two of them need stands in a file that both load, so there is one copy of each class,
 * but for the error that `own-place` throws. Workers, texts and schemas stay where they are and are found as from `dist/src`.
 */
export async function buildLibrary(): Promise<void> {
  await rm(OUT, { recursive: true, force: true });
  await build({
    ...OPTIONS,
    entryPoints: {
      ...Object.fromEntries(GUARDED.map((name) => [behindGuard(name), join(DIST, `src/${name}.js`)])),
      sdk: join(DIST, 'src/sdk/index.js'),
    },
    splitting: true,
  });
  await buildCommand();
  const program = await readFile(join(OUT, 'program.cjs'), 'utf8');
  for (const [file, names] of Object.entries(ON_DEMAND)) {
    if (!program.includes(`/${file}.cjs")`))
      throw new Error(`Cannot build the library: nothing loads ${file}.cjs, so the package is in every file`);
    await buildOnDemand(file, names);
  }
  await build({ ...OPTIONS, entryPoints: { 'own-place': join(DIST, 'src/own-place.js') } });
  for (const name of GUARDED)
    await writeFile(
      join(OUT, `${name}.js`),
      `import './own-place.js';\nexport * from './${behindGuard(name)}.js';\n`,
    );
}
