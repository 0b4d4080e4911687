import type { JsonSchema } from '../dialect.js';
import type { Manifest } from '../manifest.js';
import { comment, literalText, printType } from './print-type.js';
import { typeName } from './references.js';
import { MAX_INLINED, SchemaType, type ReferredType, type Side } from './schema-type.js';
import { named, NULL, unionOf, type TypeMember, type TypeNode } from './type-node.js';

/** A module whose types are declared. */
export interface DeclaredModule {
  /** What it is loaded by: a name, or a path. */
  readonly key: string;
  readonly manifest: Pick<
    Manifest,
    'name' | 'description' | 'with' | 'input' | 'output' | 'inputOptional' | 'outputOptional' | 'events'
  >;
}

/** The types that a file uses without declaring them. */
const IMPORTED: readonly string[] = ['Value', 'ValueMap'];

/** A namespace for each module, with the types of its settings, input and output. */
export interface Declarations {
  /** `export namespace ...`, one after the other. */
  readonly namespaces: string;
  /** The members of `ModuleTypes`, indented by four. */
  readonly entries: string;
  /** Which of the SDK's types the namespaces use. */
  readonly imported: readonly string[];
}

/**
 * What the manifests of these modules say, as TypeScript.
 *
 * @param areForCode true: also what the modules' own code reads.
 */
export function declarationsOf(modules: readonly DeclaredModule[], areForCode: boolean): Declarations {
  const names = namesOf(modules);
  const namespaces = modules.map((module, index) => namespaceOf(module, names[index] ?? '', areForCode));
  const text = namespaces.join('\n\n');
  return {
    namespaces: text,
    entries: modules
      .map(({ key, manifest }, index) => {
        const name = names[index] ?? '';
        return [
          `    ${literalText(key)}: {`,
          `      readonly settings: ${name}.GivenSettings;`,
          `      readonly input: ${name}.GivenInput;`,
          `      readonly output: ${name}.Output;`,
          ...(hasEvents(manifest) ? [`      readonly events: ${name}.Events;`] : []),
          '    };',
        ].join('\n');
      })
      .join('\n'),
    imported: IMPORTED.filter((name) => new RegExp(`\\b${name}\\b(?!['"])`).test(text)),
  };
}

/** The file that `phlow types` writes. */
export function declarationFile(modules: readonly DeclaredModule[]): string {
  const { namespaces, entries, imported } = declarationsOf(modules, true);
  return [
    '// Written by `phlow types` from the manifests of modules. Run it again after a manifest has changed.',
    '',
    // Makes the declaration below an addition to the package, not a package of its own.
    imported.length === 0 ? "import 'phlow';" : `import type { ${imported.join(', ')} } from 'phlow';`,
    '',
    "declare module 'phlow' {",
    '  interface ModuleTypes {',
    ...(entries === '' ? [] : [entries]),
    '  }',
    '}',
    ...(namespaces === '' ? ['', 'export {};'] : ['', namespaces]),
    '',
  ].join('\n');
}

/** A name for each namespace: made of the module's own, and unlike all others. */
function namesOf(modules: readonly DeclaredModule[]): readonly string[] {
  const names: string[] = [...IMPORTED];
  for (const { manifest } of modules) names.push(unusedName(typeName(manifest.name), names));
  return names.slice(IMPORTED.length);
}

function unusedName(wished: string, taken: readonly string[]): string {
  let name = wished;
  for (let n = 2; taken.includes(name); n++) name = `${wished}${n}`;
  return name;
}

function namespaceOf({ manifest }: DeclaredModule, name: string, isForCode: boolean): string {
  const { description } = manifest;
  const about = description === undefined ? [] : description.trim().split(/\r\n|[\n\r\u2028\u2029]/);
  const types = [
    declare('GivenSettings', 'What it may be loaded `with`.', manifest.with, 'given'),
    ...(isForCode ? [declare('Settings', SETTINGS_READ, manifest.with, 'read')] : []),
    declare('GivenInput', 'What a caller sends.', manifest.input, 'given', manifest.inputOptional),
    ...(isForCode ? [declare('Input', INPUT_READ, manifest.input, 'read', manifest.inputOptional)] : []),
    declare('Output', 'What it replies.', manifest.output, 'reply', manifest.outputOptional),
    ...(hasEvents(manifest) ? [declareEvents('Events', EVENTS_HEARD, manifest.events, 'read')] : []),
    ...(hasEvents(manifest) && isForCode
      ? [declareEvents('GivenEvents', EVENTS_EMITTED, manifest.events, 'given')]
      : []),
  ];
  return [...comment(about, ''), `export namespace ${name} {`, types.join('\n\n'), '}'].join('\n');
}

const SETTINGS_READ = 'Its settings as its code finds them in `context.with`, with defaults filled in.';
const EVENTS_HEARD = 'The data of its events as a listener of `module.on` finds them.';
const EVENTS_EMITTED = 'The data of its events as its code passes them to `context.emit`.';
const INPUT_READ = 'An input as its handler finds it in `pkg.input`, with defaults filled in.';

function hasEvents({ events }: Pick<Manifest, 'events'>): boolean {
  return Object.keys(events).length > 0;
}

/** A type and those that it refers to. An input or a reply may be none at all, or has to be one. */
function declare(
  name: string,
  about: string,
  schema: JsonSchema | undefined,
  side: Side,
  isOptional?: boolean,
): string {
  const maker = new SchemaType(schema ?? {}, side, name);
  const type = presence(maker.whole(), isOptional);
  return typesText({ name, type }, maker.isCut ? [about, '', WIDER] : [about], maker.referred);
}

/** A type with one member for each event, and those that their data refer to. */
function declareEvents(name: string, about: string, events: Manifest['events'], side: Side): string {
  const prefixes: string[] = [];
  const makers: SchemaType[] = [];
  const members = Object.entries(events).map(([type, { data, isOptional }]): TypeMember => {
    const prefix = unusedName(name + typeName(type), prefixes);
    prefixes.push(prefix);
    const maker = new SchemaType(data, side, prefix);
    makers.push(maker);
    return { name: type, type: presence(maker.whole(), isOptional), isOptional: false, about: [] };
  });
  const type: TypeNode = { kind: 'object', members, others: undefined };
  const lines = makers.some(({ isCut }) => isCut) ? [about, '', WIDER] : [about];
  return typesText(
    { name, type },
    lines,
    makers.flatMap(({ referred }) => referred),
  );
}

function typesText(whole: ReferredType, about: readonly string[], referred: readonly ReferredType[]): string {
  return [{ ...whole, about }, ...referred.map((one) => ({ ...one, about: [] }))]
    .flatMap((one) => [
      ...comment(one.about, '  '),
      `  export type ${one.name} =${spaced(printType(one.type, '  '))};`,
    ])
    .join('\n');
}

/** Nothing is left out in silence. */
const WIDER = `Wider than the manifest: its references come to more than ${MAX_INLINED} parts, so some of them are anything here.`;

function presence(type: TypeNode, isOptional: boolean | undefined): TypeNode {
  const isAnything = type.kind === 'name' && (type.text === 'unknown' || type.text === 'Value');
  if (isOptional === true && !isAnything) return unionOf([type, named('undefined')]);
  if (isOptional === false && isAnything) return unionOf([named(`NonNullable<${type.text}>`), NULL]);
  return type;
}

function spaced(text: string): string {
  return text.startsWith('\n') ? text : ` ${text}`;
}
