import { visibleLine, visibleText } from '../../visible-text.js';
import type { Block, Page, Section, Text } from './page.js';

const MAX_LINE = 100_000;

/** Light and dark, wide and narrow; the contrast of all text is above 7:1. */
const STYLE = `
:root { color-scheme: light dark; --line: #8a8f98; --shade: #f1f3f5; }
@media (prefers-color-scheme: dark) { :root { --line: #7d838c; --shade: #23272e; } body { background: #15181d; color: #eceef1; } a { color: #9cc9ff; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 1rem/1.55 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 0.75rem; }
h1 { margin-top: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; }
pre, code { font-family: ui-monospace, monospace; font-size: 0.925em; background: var(--shade); border-radius: 4px; }
code { padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { padding: 0.75rem 1rem; overflow: auto; }
pre code { padding: 0; overflow-wrap: normal; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: 0.25rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.4rem 0.75rem 0.4rem 0; text-align: left; vertical-align: top; }
`;

/** A page as one HTML file that loads nothing and runs nothing. */
export function htmlOf({ title, blocks, sections }: Page): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const links = sections.map(
    (section, i) => `<li><a href="#${anchor([i])}">${inline(section.title)}</a></li>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(title)}</h1>`,
    ...blocks.map(blockHtml),
    ...(links.length === 0 ? [] : ['<nav aria-label="On this page"><ul>', ...links, '</ul></nav>']),
    ...sections.flatMap((section, i) => sectionHtml(section, 2, [i])),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionHtml(
  { title, blocks, sections }: Section,
  level: number,
  path: readonly number[],
): readonly string[] {
  const id = anchor(path);
  return [
    `<section aria-labelledby="${id}">`,
    `<h${level} id="${id}">${inline(title)}</h${level}>`,
    ...blocks.map(blockHtml),
    ...sections.flatMap((section, i) => sectionHtml(section, level + 1, [...path, i])),
    '</section>',
  ];
}

/** By place, not by title: two titles may be alike. */
function anchor(path: readonly number[]): string {
  return `section-${path.map((i) => i + 1).join('-')}`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${inline(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`;
    case 'table':
      return [
        // It can be scrolled by keyboard where it is too wide.
        `<div class="table" role="region" tabindex="0" aria-label="${escaped(block.caption)}"><table>`,
        `<caption>${escaped(block.caption)}</caption>`,
        `<thead><tr>${block.head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('')}</tr></thead>`,
        '<tbody>',
        ...block.rows.map(rowHtml),
        '</tbody></table></div>',
      ].join('\n');
    case 'code':
      return `<pre tabindex="0"><code>${escapedText(visibleText(block.text))}</code></pre>`;
  }
}

function rowHtml([first = [], ...others]: readonly Text[]): string {
  const cells = others.map((text) => `<td>${inline(text)}</td>`);
  return `<tr><th scope="row">${inline(first)}</th>${cells.join('')}</tr>`;
}

function inline(text: Text): string {
  return text
    .map((piece) =>
      typeof piece === 'string'
        ? escaped(piece)
        : `<code>${escapedText(visibleLine(piece.code, MAX_LINE))}</code>`,
    )
    .join('');
}

function escaped(text: string): string {
  return escapedText(visibleLine(text.replace(/\s+/g, ' '), MAX_LINE));
}

function escapedText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
