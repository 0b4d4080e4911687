import type { Manifest } from '../../manifest/manifest.js';
import {
  grantData,
  grantScript,
  grantYaml,
  inlineYaml,
  scriptText,
  type GrantData,
} from '../../sandbox/grant-text.js';
import { grantArgument } from '../../sandbox/missing-grant.js';
import { requestedPermissions } from '../../sandbox/permission-table.js';
import { isMap } from '../../values.js';
import { shellText, visibleJson } from '../../visible-text.js';
import type { Example } from '../schema/example.js';
import { paragraph, type Section } from './page.js';

/** What the snippets of a page are about. */
export interface Used {
  readonly manifest: Manifest;
  /** How an application names it: `cache`, `./counter`. */
  readonly key: string;
  readonly settings: Example | undefined;
  /** Undefined where no input could be made, or needs none. */
  readonly input: Example | undefined;
}

/** How the module is used in a flow, from code and on the command line. */
export function usageSection(used: Used): Section {
  const isCalled = used.manifest.type !== 'main';
  return {
    title: ['Use it'],
    blocks: [],
    sections: [
      {
        title: ['In a flow'],
        blocks: [{ kind: 'code', language: 'yaml', text: flowText(used) }],
        sections: [],
      },
      {
        title: ['From code'],
        blocks: [{ kind: 'code', language: 'js', text: codeText(used) }],
        sections: [],
      },
      ...(isCalled
        ? [
            {
              title: ['On the command line'],
              blocks: [{ kind: 'code', language: 'bash', text: commandText(used) } as const],
              sections: [],
            },
          ]
        : []),
      ...(used.manifest.type === 'any'
        ? [
            {
              title: ['As the start of a flow'],
              blocks: [
                paragraph('The module also starts runs:'),
                { kind: 'code', language: 'yaml', text: mainFlowText(used) } as const,
              ],
              sections: [],
            },
          ]
        : []),
    ],
  };
}

function flowText(used: Used): string {
  if (used.manifest.type === 'main') return mainFlowText(used);
  const { manifest, input } = used;
  const value = input?.value;
  const action =
    isMap(value) && typeof value['action'] === 'string' && /^\w+$/.test(value['action'])
      ? value['action']
      : undefined;
  const step =
    action === undefined || !isMap(value)
      ? [`  - use: ${manifest.name}`, ...(input === undefined ? [] : [`    input: ${expression(value)}`])]
      : [`  - ${manifest.name}.${action}: ${expression(without(value, 'action'))}`];
  return [...modulesLines(used), 'steps:', ...step].join('\n');
}

function mainFlowText(used: Used): string {
  const { name, permissions } = used.manifest;
  // Who takes requests makes responses of results: what strangers have sent belongs below `body`.
  const result = permissions.net.listen.length > 0 ? '{ body: main.body }' : 'main';
  return [`main: ${name}`, ...modulesLines(used), 'steps:', `  - return: ${result}`].join('\n');
}

function modulesLines({ manifest, key, settings }: Used): readonly string[] {
  const grant = wholeGrant(manifest);
  return [
    'modules:',
    `  - module: ${inlineYaml(key)}`,
    // The folder may be called something else.
    ...(key.replace(/^.*\//, '') === manifest.name ? [] : [`    name: ${manifest.name}`]),
    ...(isSaid(settings) ? [`    with: ${expression(settings?.value)}`] : []),
    ...(grant === undefined
      ? []
      : grantYaml(grant)
          .split('\n')
          .map((line) => `    ${line}`)),
  ];
}

/** All that it asks for; undefined for nothing. */
function wholeGrant({ permissions }: Manifest): GrantData | undefined {
  const requested = requestedPermissions(permissions);
  return requested.length === 0 ? undefined : grantData(requested);
}

/** JSON is an expression of flows; a text alone is quoted, which is text there too. */
function expression(value: unknown): string {
  return json(value);
}

function codeText(used: Used): string {
  const { manifest, key, settings, input } = used;
  const name = variableName(manifest.name);
  const grant = wholeGrant(manifest);
  const options = [
    ...(isSaid(settings) ? [`with: ${json(settings?.value)}`] : []),
    ...(grant === undefined ? [] : [`grant: ${grantScript(grant)}`]),
    ...(manifest.type === 'main' ? ['dispatch: async (main) => main'] : []),
  ];
  const load = `host.load(${[scriptText(key), ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])].join(', ')})`;
  return [
    "import { createHost } from 'phlow';",
    '',
    'const host = await createHost();',
    `const ${name} = await ${load};`,
    manifest.type === 'main'
      ? `await ${name}.mainEnded;`
      : `const reply = await ${name}.call(${input === undefined ? '' : json(input.value)});`,
    'await host.close();',
  ].join('\n');
}

function commandText({ manifest, key, settings, input }: Used): string {
  const grant = wholeGrant(manifest);
  const quoted = (value: unknown): string => `'${json(value).replaceAll("'", `'\\''`)}'`;
  return [
    'phlow call',
    shellText(key),
    ...(input === undefined ? [] : [quoted(input.value)]),
    ...(isSaid(settings) ? [`--with ${quoted(settings?.value)}`] : []),
    ...(grant === undefined ? [] : [grantArgument(grant)]),
  ].join(' ');
}

function isSaid(settings: Example | undefined): boolean {
  return settings !== undefined && !(isMap(settings.value) && Object.keys(settings.value).length === 0);
}

function without(value: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/** On one line, with a space where a person writes one. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (!isMap(value)) return visibleJson(JSON.stringify(value));
  const members = Object.entries(value).map(
    ([name, held]) => `${visibleJson(JSON.stringify(name))}: ${json(held)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** A module's name as the name of a variable: `user-session` is `userSession`. */
function variableName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const camel = words
    .map((word, i) => (i === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
  return /^[a-z]/.test(camel) && !RESERVED.has(camel) ? camel : `${camel}Module`.replace(/^\d/, 'm$&');
}

/** Words that are no names, and those that the snippet has taken. */
const RESERVED: ReadonlySet<string> = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function host if import in instanceof interface let new null package private protected public reply return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);
