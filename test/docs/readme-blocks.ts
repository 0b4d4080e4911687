import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');

/** The fenced blocks of a section of the README, in order. */
export function blocksOf(heading: string): readonly string[] {
  const [, section = ''] = README.split(`\n## ${heading}\n`);
  const [own = ''] = section.split(/\n## /);
  return [...own.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, text = '']) => text);
}

/** The program that embeds a host, as an ES module, and what it prints. */
export function embedExample(): { readonly code: string; readonly output: string } {
  const [code = '', output = ''] = blocksOf('Embed the host');
  return { code, output };
}
