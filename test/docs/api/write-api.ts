import { fileURLToPath } from 'node:url';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where the pages are kept. */
export const API_FOLDER = `${ROOT}docs/api`;

/** The same text on each machine and at each commit: no dates, no versions, no links to a revision. */
const OPTIONS: Partial<TypeDocOptions & PluginOptions> = {
  name: 'phlow',
  entryPoints: ['src/index.ts', 'src/sdk/index.ts', 'src/testing.ts'].map((path) => ROOT + path),
  tsconfig: `${ROOT}test/docs/api/tsconfig.json`,
  basePath: ROOT,
  plugin: [fileURLToPath(import.meta.resolve('typedoc-plugin-markdown'))],
  readme: 'none',
  disableSources: true,
  githubPages: false,
  hideGenerator: true,
  excludeInternal: true,
  excludeExternals: true,
  treatWarningsAsErrors: true,
  // What others are made of, and nobody needs to name.
  intentionallyNotExported: [
    'src/flow/document/flow-document.ts:INFO_KEYS',
    'src/flow/tests/test-tree.ts:TestCase',
    'src/flow/tests/test-tree.ts:TestTree',
    'src/host/built-in-types.ts:Cache.GivenInput',
    'src/host/built-in-types.ts:Cache.GivenSettings',
    'src/host/built-in-types.ts:Cache.Output',
    'src/host/built-in-types.ts:Cli.GivenSettings',
    'src/host/built-in-types.ts:Fs.GivenInput',
    'src/host/built-in-types.ts:Fs.Output',
    'src/host/built-in-types.ts:HttpRequest.GivenInput',
    'src/host/built-in-types.ts:HttpRequest.GivenSettings',
    'src/host/built-in-types.ts:HttpRequest.Output',
    'src/host/built-in-types.ts:HttpServer.GivenSettings',
    'src/host/built-in-types.ts:Jwt.GivenInput',
    'src/host/built-in-types.ts:Jwt.GivenSettings',
    'src/host/built-in-types.ts:Jwt.Output',
    'src/host/built-in-types.ts:Log.GivenInput',
    'src/host/built-in-types.ts:Postgres.GivenInput',
    'src/host/built-in-types.ts:Postgres.GivenSettings',
    'src/host/built-in-types.ts:Postgres.Output',
    'src/host/built-in-types.ts:Schedule.GivenSettings',
    'src/host/built-in-types.ts:Sleep.GivenInput',
    'src/host/call/call-tracer.ts:SpanContext',
    'src/host/call/call-tracer.ts:Tracer',
    'src/host/typed-modules.ts:EventsOf',
    'src/host/typed-modules.ts:ItemIn',
    'src/host/typed-modules.ts:NamedOr',
    'src/host/typed-modules.ts:TypesOf',
    'src/manifest/isolation.ts:ISOLATION_LEVELS',
    'src/testing.ts:OneCallOptions',
    'src/wire/log-record.ts:LOG_LEVELS',
  ],
  logLevel: 'Warn',
  router: 'module',
  // Sites make anchors of headings each in their own way.
  useHTMLAnchors: true,
  entryFileName: 'README',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  parametersFormat: 'table',
};

/** Writes the reference of the public API into a folder. Throws when a comment or an export is not in order; typedoc has printed how. */
export async function writeApi(folder: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, out: folder });
  const project = await app.convert();
  if (project === undefined)
    throw new Error('Cannot write the reference of the API: the sources do not compile');
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error(
      'Cannot write the reference of the API: typedoc has complaints, see above; a type that is not included is exported by src/index.ts, or named in test/docs/api/write-api.ts',
    );
  await app.generateOutputs(project);
}
