import { MANIFEST_FILE } from '../../manifest-file.js';
import { PHLOW_VERSION } from '../../version.js';
import { mainFiles, mainManifest } from './main-files.js';
import { stepFiles, stepManifest } from './step-files.js';
import type { Files, Wanted } from './template.js';

/** Versions of what a module in TypeScript is developed with. */
const TYPED_TOOLS = { '@types/node': '^20.19.0', tsx: '^4.20.0', typescript: '^5.9.0' };

/** The manifest of a new module. */
export function newManifest(wanted: Wanted): string {
  return wanted.kind === 'step' ? stepManifest(wanted) : mainManifest(wanted);
}

/**
 * All other files of a new module.
 *
 * @param namespace what `phlow types` calls it
 */
export function newFiles(wanted: Wanted, namespace: string): Files {
  return {
    'package.json': packageJson(wanted),
    'README.md': readme(wanted),
    '.gitignore': 'node_modules\ndist\n*.tgz\n',
    ...(wanted.isTypeScript ? { 'tsconfig.json': TSCONFIG } : {}),
    ...(wanted.kind === 'step' ? stepFiles(wanted, namespace) : mainFiles(wanted, namespace)),
  };
}

function packageJson({ name, packageName, isTypeScript }: Wanted): string {
  const tests = 'phlow check . && phlow test example.phlow';
  const version = `^${PHLOW_VERSION}`;
  const data = {
    name: packageName,
    version: '0.1.0',
    type: 'module',
    keywords: ['phlow-module'],
    scripts: isTypeScript
      ? {
          types: 'phlow types .',
          test: `phlow types . --check && tsc && node --import tsx --test test/${name}.test.ts && ${tests}`,
          dev: 'phlow dev . --isolation isolated',
        }
      : { test: `node --test test/${name}.test.js && ${tests}`, dev: 'phlow dev . --isolation isolated' },
    peerDependencies: { phlow: version },
    // Who installs the module has phlow already.
    peerDependenciesMeta: { phlow: { optional: true } },
    ...(isTypeScript ? { devDependencies: TYPED_TOOLS } : {}),
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** Node runs the sources as they are from 22.18 on; at the levels for strangers, and packed, they are bundled. So nothing is written. */
const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2023"],
    "types": ["node"],
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "noEmit": true,
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true
  },
  "include": ["**/*.ts"],
  "exclude": ["node_modules", "dist"]
}
`;

function readme({ name, kind, isTypeScript }: Wanted): string {
  const ending = isTypeScript ? 'ts' : 'js';
  const files = {
    [MANIFEST_FILE]: 'the manifest: name, version, settings, input, output, permissions',
    [`index.${ending}`]: 'the entry: what the module does when it starts, is called and stops',
    ...(kind === 'step'
      ? {
          [`config.${ending}`]: 'the settings, and rules between them',
          [`handlers.${ending}`]: 'one function for each action',
          [`stats.${ending}`]: 'what it counts about itself',
        }
      : { [`runs.${ending}`]: 'the runs that it starts' }),
    ...(kind === 'any' ? { [`handlers.${ending}`]: 'what it answers as a step' } : {}),
    ...(isTypeScript
      ? {
          ...(kind === 'main' ? {} : { 'input.ts': 'the types of what it is sent and replies' }),
          'phlow-modules.d.ts': 'types from the manifest; written by `phlow types .`',
        }
      : {}),
    [`test/${name}.test.${ending}`]: 'tests on a real thread or process, at the level for strangers',
    'example.phlow': 'a flow that uses it, with tests of its own',
  };
  const rows = Object.entries(files).map(([file, about]) => `| \`${file}\` | ${about} |`);
  return `# ${name}

A module for phlow.

\`\`\`bash
npm install     # once
npm test        # everything
npm run dev     # loads it again after each change
npx phlow docs . # what it can be set to and sent, and what it replies
\`\`\`

| file | what |
| --- | --- |
${rows.join('\n')}
`;
}
