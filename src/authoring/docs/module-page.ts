import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import { actionMembers, actionsIn, discriminatorOf } from '../../manifest/types/actions.js';
import { visibleJson } from '../../visible-text.js';
import { exampleOf, type Example } from '../schema/example.js';
import { flatSchemaOf, SchemaParts, requiredOf, type Parts } from '../schema/schema-parts.js';
import { fieldTable, limitsText, propertiesOf, typeText, type FieldOptions } from './fields.js';
import { levelSection, permissionSection } from './holding.js';
import { ownMessages } from './own-messages.js';
import {
  code,
  paragraph,
  prose,
  proseBlocks,
  type Block,
  type Page,
  type Section,
  type Text,
} from './page.js';
import { usageSection } from './usage.js';

const KINDS = {
  step: 'answers the steps of flows and the calls of applications',
  main: 'starts runs of a flow',
  any: 'answers the steps of flows and the calls of applications, and starts runs of a flow',
} as const;

/** What a manifest says of a module, for those who use it. The same manifest is always the same page. */
export function modulePage(manifest: Manifest, key: string): Page {
  const actions = actionsOf(manifest.input);
  const inputs = actions.length > 0 ? actions : wholeInput(manifest);
  const settings = manifest.with === undefined ? undefined : exampleOf(manifest.with, { type: 'object' });
  const [first] = inputs;
  return {
    title: manifest.name,
    blocks: [...proseBlocks(manifest.description ?? ''), ...aboutTable(manifest)],
    sections: [
      settingsSection(manifest),
      ...(manifest.type === 'main'
        ? []
        : [inputSection(manifest, actions, first?.example), outputSection(manifest, actions)]),
      errorSection(manifest),
      permissionSection(manifest),
      levelSection(manifest),
      usageSection({ manifest, key, settings, input: first?.example }),
    ],
  };
}

function aboutTable({ version, type, author, license, repository, tags }: Manifest): readonly Block[] {
  const rows: [string, Text][] = [
    ['version', version === undefined ? [] : [version]],
    ['kind', [code(type), `: ${KINDS[type]}`]],
    ['author', author === undefined ? [] : [author]],
    ['license', license === undefined ? [] : [license]],
    ['repository', repository === undefined ? [] : [code(repository)]],
    ['tags', tags.length === 0 ? [] : [tags.join(', ')]],
  ];
  const said = rows.filter(([, text]) => text.length > 0).map(([name, text]) => [[name], text]);
  return [{ kind: 'table', caption: 'About the module', head: ['about', 'value'], rows: said }];
}

function settingsSection({ with: schema }: Manifest): Section {
  const title: Text = ['Settings'];
  if (schema === undefined)
    return { title, blocks: [paragraph('The manifest says nothing of settings.')], sections: [] };
  const parts = new SchemaParts(schema);
  const whole = parts.of(parts.root) ?? [];
  const table = fieldTable(parts, propertiesOf(whole), requiredOf(whole), {
    caption: 'Settings',
    keyColumn: 'key',
  });
  return { title, blocks: table.length > 0 ? table : [paragraph('It has none.')], sections: [] };
}

/** One kind of input, and an example of it. */
interface Action {
  readonly value: string;
  readonly properties: ReadonlyMap<string, readonly unknown[]>;
  readonly required: ReadonlySet<string>;
  readonly discriminator: string;
  readonly example: Example | undefined;
}

function actionsOf(input: JsonSchema | undefined): readonly Action[] {
  if (input === undefined) return [];
  const flat = flatSchemaOf(new SchemaParts(input));
  const discriminator = discriminatorOf(flat);
  if (discriminator === undefined) return [];
  const { name } = discriminator;
  return actionMembers(flat, discriminator).map(({ value, flat: member }) => {
    const described = [...member.properties].flatMap(([property, parts]) =>
      property === name ? [] : [[property, parts.map(({ schema }) => schema)] as const],
    );
    const required = new Set(member.required.keys());
    // What belongs to other actions has no place in the example of this one.
    const forbidden = [...flat.properties.keys()].filter((property) => !member.properties.has(property));
    const wanted = {
      type: 'object',
      properties: {
        [name]: { const: value },
        ...Object.fromEntries(described.map(([property, schemas]) => [property, { allOf: schemas }])),
        ...Object.fromEntries(forbidden.map((property) => [property, false])),
      },
      required: [name, ...required],
    };
    return {
      value,
      properties: new Map(described),
      required,
      discriminator: name,
      example: exampleOf(input, wanted),
    };
  });
}

/** An input of a module that has no actions. */
function wholeInput({ input }: Manifest): readonly { readonly example: Example | undefined }[] {
  return [{ example: input === undefined ? undefined : exampleOf(input) }];
}

function inputSection(
  { input, inputOptional }: Manifest,
  actions: readonly Action[],
  example: Example | undefined,
): Section {
  if (actions.length > 0 && input !== undefined) return actionsSection(input, actions);
  const title: Text = ['Input'];
  if (input === undefined) return { title, blocks: [paragraph('It takes any input.')], sections: [] };
  const schema = new SchemaParts(input);
  const whole = schema.of(schema.root) ?? [];
  return {
    title,
    blocks: [
      paragraph(
        'Type: ',
        ...typeText(schema, whole),
        inputOptional ? '; a package may come without any.' : '; there must be one.',
      ),
      ...describedBlocks(whole),
      ...fieldTable(schema, propertiesOf(whole), requiredOf(whole), {
        caption: 'Input',
        keyColumn: 'property',
      }),
      ...exampleBlocks(example),
    ],
    sections: [],
  };
}

function describedBlocks(parts: Parts): readonly Block[] {
  const limits = limitsText(parts);
  const { description } = parts.find((part) => typeof part['description'] === 'string') ?? {};
  return [
    ...(typeof description === 'string' ? [paragraph(...prose(description.trim()))] : []),
    ...(limits.length > 0 ? [paragraph('Limits: ', ...limits)] : []),
  ];
}

function actionsSection(input: JsonSchema, actions: readonly Action[]): Section {
  const schema = new SchemaParts(input);
  const names = actions.map(({ value }) => value);
  const [{ discriminator } = { discriminator: '' }] = actions;
  return {
    title: ['Actions'],
    blocks: [paragraph('The property ', code(discriminator), ' says what the module is to do.')],
    sections: actions.map(({ value, properties, required, example }) => {
      const table = fieldTable(schema, properties, required, {
        caption: `Input of ${value}, besides ${discriminator}`,
        keyColumn: 'property',
        actions: names,
      });
      return {
        title: [code(value)],
        blocks: [
          ...(table.length > 0 ? table : [paragraph('It needs nothing else.')]),
          ...exampleBlocks(example),
        ],
        sections: [],
      };
    }),
  };
}

function exampleBlocks(example: Example | undefined): readonly Block[] {
  if (example === undefined) return [];
  return [
    paragraph('Example:'),
    { kind: 'code', language: 'json', text: visibleJson(JSON.stringify(example.value, undefined, 2)) },
  ];
}

function outputSection({ output, outputOptional }: Manifest, actions: readonly Action[]): Section {
  const title: Text = ['Output'];
  if (output === undefined)
    return { title, blocks: [paragraph('The manifest says nothing of replies.')], sections: [] };
  const schema = new SchemaParts(output);
  const whole = schema.of(schema.root) ?? [];
  const properties = propertiesOf(whole);
  const names = actions.map(({ value }) => value);
  const options = { keyColumn: 'property', isReply: true, actions: names } satisfies Partial<FieldOptions>;
  const table = (of: ReadonlyMap<string, readonly unknown[]>, caption: string): readonly Block[] =>
    fieldTable(schema, of, requiredOf(whole), { ...options, caption });
  const type = paragraph(
    'Type: ',
    ...typeText(schema, whole),
    outputOptional ? '; a reply may be none.' : '.',
  );
  const owned = new Map(
    [...properties].map(([name, schemas]) => [
      name,
      actionsIn(
        schemas.map((one) => ({ schema: one })),
        names,
      ),
    ]),
  );
  if (names.length === 0 || [...owned.values()].every((actionsOfOne) => actionsOfOne === undefined))
    return { title, blocks: [type, ...describedBlocks(whole), ...table(properties, 'Output')], sections: [] };
  const only = (
    isWanted: (owners: readonly string[] | undefined) => boolean,
  ): ReadonlyMap<string, readonly unknown[]> =>
    new Map([...properties].filter(([name]) => isWanted(owned.get(name))));
  return {
    title,
    blocks: [
      type,
      ...describedBlocks(whole),
      ...table(
        only((owners) => owners === undefined),
        'Output of all actions',
      ),
    ],
    sections: names.flatMap((name) => {
      const blocks = table(
        only((owners) => owners?.includes(name) === true),
        `Output of ${name}`,
      );
      return blocks.length === 0 ? [] : [{ title: ['Output of ', code(name)], blocks, sections: [] }];
    }),
  };
}

function errorSection(manifest: Manifest): Section {
  const rows = [
    ...errorRows('with', manifest.with),
    ...(manifest.type === 'main' ? [] : errorRows('input', manifest.input)),
  ];
  return {
    title: ['Errors'],
    blocks: [
      paragraph(
        'Settings that break the manifest are refused with ',
        code('PHLOW_WITH_INVALID'),
        ' when the module is loaded, inputs with ',
        code('PHLOW_INPUT_INVALID'),
        ' before they reach it, unless the module answers them itself. What it throws arrives as ',
        code('PHLOW_MODULE_ERROR'),
        '.',
      ),
      ...(rows.length === 0
        ? []
        : [{ kind: 'table', caption: 'Texts of the manifest', head: ['of', 'rule', 'text'], rows } as const]),
    ],
    sections: [],
  };
}

function errorRows(subject: string, schema: JsonSchema | undefined): readonly (readonly Text[])[] {
  const seen = new Map(
    ownMessages(schema).map(({ path, keyword, text }) => [
      `${path} ${keyword} ${text}`,
      [[code(path === '' ? subject : `${subject}.${path}`)], [code(keyword)], [text]],
    ]),
  );
  return [...seen.values()];
}
