import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const DIST = fileURLToPath(new URL('../../', import.meta.url));
/** One folder, so that every file is as far from `dist/src` as any other. */
const OUT = join(DIST, 'lib');

/** Stands for its own place in the code of each file, wherever the file's code ends up. */
const OWN_PLACE: Plugin = {
  name: 'own-place',
  setup: (building) => {
    building.onLoad({ filter: /[\\/]dist[\\/]src[\\/].*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const place = JSON.stringify(relative(OUT, path).replaceAll('\\', '/'));
      const own = `new URL(${place}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', own), resolveDir: dirname(path), loader: 'js' };
    });
  },
};

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

const OPTIONS = {
  outdir: OUT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  // Names stay, since errors and stack traces show them.
  minifySyntax: true,
  external: [...EXTERNAL],
  logLevel: 'warning',
  plugins: [OWN_PLACE, REQUIRED_BUILTINS],
} as const satisfies BuildOptions;

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
      cli: join(DIST, 'src/cli/main.js'),
    },
    splitting: true,
  });
  await build({ ...OPTIONS, entryPoints: { 'own-place': join(DIST, 'src/own-place.js') } });
  for (const name of GUARDED)
    await writeFile(
      join(OUT, `${name}.js`),
      `import './own-place.js';\nexport * from './${behindGuard(name)}.js';\n`,
    );
}
