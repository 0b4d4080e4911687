import type { Files } from './template.js';

/** A project that uses modules: a flow, its tests, and what npm needs to know. */
export function projectFiles(folderName: string): Files {
  const name =
    folderName
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '') || 'flows';
  const data = {
    name,
    private: true,
    type: 'module',
    scripts: {
      start: 'phlow run main.phlow',
      test: 'phlow check . && phlow test main.phlow',
      types: 'phlow types',
    },
  };
  return {
    'package.json': `${JSON.stringify(data, undefined, 2)}\n`,
    'main.phlow': FLOW,
    '.gitignore': 'node_modules\n',
  };
}

const FLOW = `# \`phlow run main.phlow\` runs it, \`phlow run main.phlow --main '{"name": "Ann"}'\` with an input; \`phlow test main.phlow\` tests it.
name: greetings
version: 1.0.0

modules:
  - module: cache
    with: { capacity: 100 }

steps:
  # \`main\` is what the run starts with.
  - id: who
    payload: !phs main?.name ?? "world"
  - id: known
    cache.get: { key: \`greeted:\${payload}\` }
  - assert: steps.known.found
    then:
      - return: !phs \`Welcome back, \${steps.who}\`
  - cache.set: { key: \`greeted:\${steps.who}\`, value: true, ttl: 3600 }
  - return: !phs \`Hello, \${steps.who}\`

tests:
  - it: greets
    main:
      name: Ann
    assert_eq: Hello, Ann
  - it: knows whom it has greeted
    main:
      name: Ann
    assert_eq: Welcome back, Ann
  - it: greets the world when nobody is named
    main: {}
    assert_eq: Hello, world
`;
