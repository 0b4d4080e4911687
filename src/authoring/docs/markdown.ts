import { visibleLine, visibleText } from '../../visible-text.js';
import type { Block, Page, Section, Text } from './page.js';

/** Longer than any line that somebody reads. */
const MAX_LINE = 100_000;

/** A page as Markdown (CommonMark with tables). Nothing that a manifest says can be more than text on it: no HTML, no link, no heading. */
export function markdownOf({ title, blocks, sections }: Page): string {
  const parts = [
    `# ${escaped(title)}`,
    ...blocks.map(blockText),
    ...sections.flatMap((section) => sectionTexts(section, 2)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionTexts({ title, blocks, sections }: Section, level: number): readonly string[] {
  return [
    `${'#'.repeat(level)} ${inline(title)}`,
    ...blocks.map(blockText),
    ...sections.flatMap((section) => sectionTexts(section, level + 1)),
  ];
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return lineStart(inline(block.text));
    case 'list':
      return block.items.map((item) => `- ${lineStart(inline(item))}`).join('\n');
    case 'table':
      return [block.head.map(escaped), block.head.map(() => '---'), ...block.rows.map((row) => row.map(cell))]
        .map((cells) => `| ${cells.join(' | ')} |`)
        .join('\n');
    case 'code':
      return fenced(block.language, visibleText(block.text));
  }
}

function fenced(language: string, text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * A bar ends a cell, in code too. One that a backslash stands before cannot be written as code: some readers count backslashes there, and others do not.
 */
function cell(text: Text): string {
  return text
    .map((piece) => {
      if (typeof piece === 'string') return escaped(piece);
      return piece.code.includes('\\|') ? escaped(piece.code) : codeSpan(piece.code).replaceAll('|', '\\|');
    })
    .join('');
}

function inline(text: Text): string {
  return text.map((piece) => (typeof piece === 'string' ? escaped(piece) : codeSpan(piece.code))).join('');
}

function codeSpan(code: string): string {
  const shown = visibleLine(code, MAX_LINE);
  if (shown === '') return '';
  const fence = '`'.repeat(longestRun(shown) + 1);
  const space = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${space}${shown}${space}${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** What begins a list or a heading at the start of a line. */
function lineStart(text: string): string {
  return text.replace(/^[-+=]/, '\\$&').replace(/^(\d{1,9})(?=[.)])/, '$1\\');
}

/** Signs that begin something in Markdown wherever they stand; addresses alone become links in some readers. */
function escaped(text: string): string {
  return visibleLine(text.replace(/\s+/g, ' '), MAX_LINE)
    .replace(/[\\`*_[\]<>|~$#]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(
      /\b(https?|ftp):(?=\/\/)|\b(www)\.|\b(mailto|xmpp):/gi,
      (found) => `${found.slice(0, -1)}\\${found.slice(-1)}`,
    )
    .replace(/@(?=\w)/g, '\\@');
}
