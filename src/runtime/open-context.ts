import type { Plan } from '../flow/plan/plan.js';
import type { RunObserver } from '../flow/engine/observer.js';
import { isInside, type NestedMocks } from '../flow/tests/mocks.js';
import type { SourceRange } from '../flow/source/source-file.js';
import type { Host } from '../host/host.js';
import type { FunctionModule } from '../host/module/function-module.js';
import type { ProgramInfo, Terminal } from '../sandbox/broker/terminal.js';
import type { LoadEntry } from '../host/module-types.js';
import type { Value } from '../values.js';
import type { LogLevel } from '../wire/log-record.js';
import type { FoundFlow } from './flow-source.js';
import type { InlineModules } from './inline-module.js';
import { grantOf, type PackageGrant } from './package-grant.js';
import { packageNameOf, realPathOf } from '../sandbox/ownership.js';
import { misplacedScript } from './find-script.js';

/** Writes a line of a flow or of an inline module. */
export type WriteLog = (module: string, level: LogLevel, message: string) => void;

/** What a flow and the scripts inside it are opened with. */
export interface OpenSettings {
  /** The host that loads modules; asked for when the first one is needed. */
  readonly host: () => Promise<Host>;
  readonly inline: InlineModules;
  /** The function of the application that the host has under a name; a package's flow finds none. */
  readonly provided: (name: string) => FunctionModule | undefined;
  /** The folder that holds `phlow_packages`. */
  readonly packagesDir: string;
  readonly envs: () => Value;
  readonly log: WriteLog;
  readonly clock: 'real' | 'manual' | undefined;
  /** True: replies of modules are checked against their manifests, as tests have it. */
  readonly checkOutput: boolean;
  /** True: the modules named by `main` start runs. */
  readonly serve: boolean;
  /** The command line that this module may be the program of. */
  readonly terminal?: ((program: ProgramInfo) => Terminal | undefined) | undefined;
  readonly observer: RunObserver | undefined;
  /** Modules that tests mock: `always` are not loaded at all, `sometimes` may be missing. */
  readonly mocks: Mocks;
  /** Answers calls that script modules make, for the test case that runs. */
  readonly nestedMocks: NestedMocks;
  /** How a tool wants a module to be loaded, whatever the flow says of it; undefined leaves it to the flow. */
  readonly loadAs: ((module: string, baseDir: string) => LoadEntry | undefined) | undefined;
  /** Is shown every plan, that of the flow and those of its scripts, and may watch their runs. */
  readonly watch: ((plan: Plan) => RunObserver) | undefined;
}

/** How much of a flow's tests mock a module, by the module's name, inside of script modules by `SCRIPT/MODULE`. */
export type Mocks = ReadonlyMap<string, 'always' | 'sometimes'>;

/** The mocks inside of a script module. */
function mocksInside(mocks: Mocks, script: string): Mocks {
  const inside = [...mocks].filter(([path]) => isInside(path, script));
  return new Map(inside.map(([path, much]) => [path.slice(script.length + 1), much]));
}

/** Where a flow stands among flows that use each other as modules. */
export class OpenContext {
  readonly settings: OpenSettings;
  /** Names of the script modules around this flow. */
  readonly #path: readonly string[];
  /** The real paths of the flows around this one, and its own: links may name one file in any number of ways. */
  readonly #files: readonly string[];
  /** The folder of the package that a flow came with; undefined for the owner's own flows. */
  readonly packageFolder: string | undefined;
  /** What the owner grants to the modules of that flow; undefined for the owner's own flows. */
  readonly packageGrant: PackageGrant | undefined;

  constructor(
    settings: OpenSettings,
    { file, packageFolder }: Pick<FoundFlow, 'file' | 'packageFolder'>,
    packageGrant: PackageGrant | undefined,
    path: readonly string[] = [],
    files: readonly string[] = [],
  ) {
    this.packageGrant = packageGrant;
    this.settings = settings;
    this.packageFolder = packageFolder;
    this.#path = path;
    this.#files = file === undefined ? files : [...files, realPathOf(file)];
  }

  /** The context of a script module. Inline modules and main modules are matters of the outermost flow. */
  inside(name: string, found: FoundFlow, range: SourceRange | undefined, grant: unknown): OpenContext {
    const { file } = found;
    const misplaced =
      file === undefined ? undefined : misplacedScript(name, realPathOf(file), this.#files, range);
    if (misplaced !== undefined) throw misplaced;
    // A file of the owner's that a package's flow names is not the owner's word either.
    const packageFolder = found.packageFolder ?? this.packageFolder;
    const settings = {
      ...this.settings,
      inline: {},
      serve: false,
      observer: undefined,
      mocks: mocksInside(this.settings.mocks, name),
      // The environment is the owner's: a flow that came with a package only gets its input.
      ...(packageFolder === undefined ? {} : { envs: () => ({}), provided: () => undefined }),
    };
    const packageGrant = this.packageGrant?.inside(name) ?? grantOf(name, packageFolder, grant);
    return new OpenContext(
      settings,
      { file, packageFolder },
      packageGrant,
      [...this.#path, name],
      this.#files,
    );
  }

  /** The answer of a mocked module of this flow, if it is a script's; the outermost flow's modules are mocked by who runs it. */
  mocked(name: string, input: Value, payload: Value): Promise<Value> | undefined {
    const { answer } = this.settings.nestedMocks;
    return answer === undefined || this.#path.length === 0
      ? undefined
      : answer([...this.#path, name].join('/'), input, payload);
  }

  /** What an instance is called in the host; further ones of the same name, in other flows on the host, are told apart by `n`. */
  hostName(name: string, n: number): string {
    const full = [...this.#path, name].join('/');
    return n === 1 ? full : `${full}#${n}`;
  }

  /** What the module that runs this flow apart is called in the host; further ones of the same name are told apart by `n`. */
  ownHostName(n: number): string {
    const own = this.packageFolder === undefined ? 'flow' : packageNameOf(this.packageFolder);
    const full = this.#path.length === 0 ? own : this.#path.join('/');
    return n === 1 ? full : `${full}#${n}`;
  }

  /** The name under which log steps of this flow write. */
  get logName(): string {
    return ['flow', ...this.#path].join('/');
  }
}
