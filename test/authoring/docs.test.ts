import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { markdownOf } from '../../src/authoring/docs/markdown.js';
import { htmlOf } from '../../src/authoring/docs/html.js';
import { code, proseBlocks, type Page } from '../../src/authoring/docs/page.js';
import { exampleOf } from '../../src/authoring/schema/example.js';
import { toJsonSchema } from '../../src/manifest/dialect.js';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import { errorOf } from '../support/with-host.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { builtInNames, checkFlow, moduleDocs, readManifest } from '../../src/index.js';

const DOCUMENTED = fileURLToPath(new URL('../../../test/fixtures/documented', import.meta.url));
const TYPED = fileURLToPath(new URL('../../../test/fixtures/typed/', import.meta.url));

/** The fenced blocks of a language, below the headings that they stand under. */
function blocksIn(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** The lines of a section, up to the next heading. */
function sectionOf(text: string, heading: string): string {
  const [, after = ''] = text.split(`\n${heading}\n`);
  return after.split(/\n#{1,4} /)[0] ?? '';
}

describe('a reference page', () => {
  test('has the settings, with types, defaults and limits', async () => {
    const { name, text } = await moduleDocs(DOCUMENTED);
    expect(name).toBe('invoices');
    expect(sectionOf(text, '## Settings').trim().split('\n')).toEqual([
      '| key | type | required | default | limits | description |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `currency` | `"EUR"` or `"USD"` | yes |  |  | What amounts are in |',
      '| `token` | string | no |  | at least 8 characters | Secret: never shown. |',
      '| `retries` | integer | no | `3` | at least 0; at most 9 |  |',
    ]);
  });

  test('has each action with the properties that belong to it and an example that the manifest allows', async () => {
    const { text } = await moduleDocs(DOCUMENTED);
    const { input } = await readManifest(`${DOCUMENTED}/phlow.yaml`);
    const check = compileValidator(input ?? {});
    const examples = blocksIn(text, 'json').map((block) => JSON.parse(block) as unknown);
    expect(examples).toEqual([
      { action: 'write', number: '0042', lines: [{ text: 'text', amount: 1 }] },
      { action: 'send', number: '0042', to: 'ann@example.com' },
    ]);
    for (const example of examples) expect(check(example)).toBeUndefined();
    const write = sectionOf(text, '### `write`');
    expect(write).toContain('| `lines[].amount` | number | yes |  | above 0; a multiple of 0.01 |  |');
    expect(write).toContain('| `number` | string | yes |  | matches `^[0-9\\|]{4}$` | the number |');
    expect(write).toContain('what is charged \\| for');
    expect(write).not.toContain('`to`');
    expect(sectionOf(text, '### `send`')).not.toContain('`lines`');
    expect(sectionOf(text, '### Output of `write`')).toContain('| `total` | number | no |');
  });

  test('has errors, permissions with their reasons, levels and limits', async () => {
    const { text } = await moduleDocs(DOCUMENTED);
    expect(sectionOf(text, '## Errors')).toContain('| `input` | `required` | An invoice has a number |');
    const permissions = sectionOf(text, '## Permissions');
    expect(permissions).toContain('| `fs.read: ./templates` | read templates in its own folder |');
    expect(permissions).toContain('| `net.connect: mail.example.com:25` |');
    expect(sectionOf(text, '### In a flow')).toContain('    grant:\n      fs: { read: [ ./templates ] }');
    const levels = sectionOf(text, '## Isolation and limits');
    expect(levels).toContain('asks for level `sandboxed` or a stronger one');
    expect(levels).toContain('| `limits.memory` | 32 MiB |');
    expect(levels).toContain('| `timeouts.call` | 500 ms |');
    expect(levels).toContain('| `concurrency` | 4 |');
  });

  test('takes the words of a manifest for text, in Markdown and in HTML', async () => {
    const { text } = await moduleDocs(DOCUMENTED);
    expect(text).toContain(
      '\\<script\\>alert(1)\\</script\\> \\[click\\](https\\://evil.example) \\# no heading',
    );
    expect(text).toContain('- `write` makes one\n- `send` sends \\*one\\*');
    const { text: html } = await moduleDocs(DOCUMENTED, { format: 'html' });
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('“fill in the invoices &lt;/td&gt;&lt;b&gt;”');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>');
  });

  test('is the same page each time', async () => {
    const twice = await Promise.all([moduleDocs(DOCUMENTED), moduleDocs(DOCUMENTED)]);
    expect(twice[0].text).toBe(twice[1].text);
  });

  test.each([...builtInNames(), DOCUMENTED])(
    'has a flow for %s that checks without a complaint',
    async (module) => {
      const { text } = await moduleDocs(module);
      for (const flow of blocksIn(text, 'yaml').filter((block) => block.startsWith('modules:')))
        expect(
          await checkFlow({
            text: flow.replace(/- module: \.\/.*/, `- module: ${module}`),
            file: `${module}.phlow`,
          }),
        ).toEqual([]);
    },
  );

  test.each(['orders', 'outline', 'shapes'])(
    'has only examples that the manifest of %s allows',
    async (name) => {
      const { text } = await moduleDocs(`${TYPED}${name}`);
      const { input } = await readManifest(`${TYPED}${name}/phlow.yaml`);
      const check = compileValidator(input ?? {});
      const examples = blocksIn(text, 'json').map((block) => JSON.parse(block) as unknown);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(check(structuredClone(example))).toBeUndefined();
    },
  );

  test('lists what stands in itself once', async () => {
    const { text } = await moduleDocs(`${TYPED}outline`);
    const rows = [...sectionOf(text, '## Input').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual([
      'root',
      'root.title',
      'root.children',
      'root.children[].title',
      'root.children[].children',
      'labels',
      'odd key',
      'old',
      'mode',
    ]);
  });

  test('of a few lines that ask for a million rows is an error', () =>
    withFolder(async (folder) => {
      const wide = (next: string): string =>
        Array.from({ length: 60 }, (_, i) => `p${i}: ${next}`).join(', ');
      const levels = [1, 2, 3, 4].map(
        (n) =>
          `n${n}: { type: object, properties: { ${wide(n === 4 ? '{}' : `{ $ref: '#/$defs/n${n + 1}' }`)} } }`,
      );
      writeFiles(folder, {
        'phlow.yaml': `name: wide\ninput: { type: object, properties: { a: { $ref: '#/$defs/n1' } }, $defs: { ${levels.join(', ')} } }\n`,
      });
      const error = await errorOf(moduleDocs(folder));
      expect([error.code, error.message]).toEqual([
        'PHLOW_MANIFEST_INVALID',
        expect.stringContaining('steps'),
      ]);
    }));

  test('of a manifest whose check has no end is an error', () =>
    withFolder(async (folder) => {
      const input = `{ type: object, properties: { a: { $ref: '#/$defs/n', required: true } }, $defs: { n: { anyOf: [{ $ref: '#/$defs/n' }, { type: integer }] } } }`;
      writeFiles(folder, { 'phlow.yaml': `name: endless\ninput: ${input}\n` });
      const error = await errorOf(moduleDocs(folder));
      expect([error.code, error.message]).toEqual([
        'PHLOW_MANIFEST_INVALID',
        expect.stringContaining('without end'),
      ]);
    }));
});

describe('examples', () => {
  test.each([
    [{ type: 'integer', minimum: 5, multipleOf: 4 }, 8],
    [{ type: 'number', exclusiveMaximum: 0 }, -1],
    [{ type: 'string', minLength: 6 }, 'textte'],
    [{ type: 'string', maxLength: 2 }, 'te'],
    [{ type: 'string', format: 'ipv4' }, '192.0.2.1'],
    [{ enum: ['b', 'a'] }, 'b'],
    [{ const: null }, null],
    [{ type: ['null', 'boolean'] }, true],
    [{ oneOf: [{ type: 'string', pattern: '^z' }, { type: 'integer' }] }, undefined],
    [{ type: 'array', minItems: 2, items: { type: 'integer', minimum: 3 } }, [3, 3]],
    [{ allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { minimum: 4 }] }, 4],
    [
      {
        type: 'object',
        properties: { a: { type: 'string', required: true, default: 'x' }, b: { type: 'string' } },
      },
      { a: 'x' },
    ],
    [{ examples: ['no', 7], type: 'integer' }, 7],
    [false, undefined],
    [{ type: 'string', pattern: '^z$' }, undefined],
  ])('of %j is %j', (schema, value) => {
    const made = exampleOf(typeof schema === 'boolean' ? { not: {} } : toJsonSchema(schema));
    expect(made?.value).toEqual(value);
  });

  test('of a schema that refers to itself ends', () => {
    const node = { type: 'object', required: ['next'], properties: { next: { $ref: '#/$defs/node' } } };
    expect(exampleOf({ $ref: '#/$defs/node', $defs: { node } })).toBeUndefined();
  });
});

describe('the writers of pages', () => {
  const page: Page = {
    title: 'a_b *c*',
    blocks: [
      ...proseBlocks(
        '1. first\n\n+ not a list ``\n\n- one\n  more\n- `two`\n\n> quoted &amp; @ann www.evil.example',
      ),
      { kind: 'code', language: 'js', text: '```\n"\u202e"' },
    ],
    sections: [
      { title: [code('`x`')], blocks: [], sections: [{ title: ['Inner'], blocks: [], sections: [] }] },
    ],
  };

  test('keep text text in Markdown', () => {
    expect(markdownOf(page)).toBe(
      [
        '# a\\_b \\*c\\*',
        '1\\. first',
        '\\+ not a list \\`\\`',
        '- one more\n- `two`',
        '\\> quoted &amp;amp; \\@ann www\\.evil.example',
        '````js\n```\n"\\u{202e}"\n````',
        '## `` `x` ``',
        '### Inner',
        '',
      ]
        .join('\n\n')
        .replace(/\n\n$/, '\n'),
    );
  });

  test('keep a bar in a cell, whatever stands before it', () => {
    const rows = [[[code('a\\|<img src=x>')], [code('^(a|b)$')]]];
    const text = markdownOf({
      title: 'x',
      blocks: [{ kind: 'table', caption: 'two', head: ['one', 'two'], rows }],
      sections: [],
    });
    // As many backslashes as a reader that counts them, and one that does not, need; and no code, in which a sign would be none.
    expect(text.trim().split('\n').at(-1)).toBe('| a\\\\\\|\\<img src=x\\> | `^(a\\|b)$` |');
  });

  test('write HTML that nests, names its parts and loads nothing', () => {
    const html = htmlOf(page);
    expect(html).toContain('<html lang="en">');
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('<h2 id="section-1"><code>`x`</code></h2>');
    expect(html).toContain('<h3 id="section-1-1">Inner</h3>');
    expect(html).toContain('<a href="#section-1">');
    expect(html).not.toMatch(/\b(?:src|href)="(?!#)/);
    const open = [...html.matchAll(/<(section|main|ul|li|pre|code|nav|p|h\d)\b/g)]
      .map(([, name]) => name)
      .sort();
    const closed = [...html.matchAll(/<\/(section|main|ul|li|pre|code|nav|p|h\d)>/g)]
      .map(([, name]) => name)
      .sort();
    expect(open).toEqual(closed);
  });
});
