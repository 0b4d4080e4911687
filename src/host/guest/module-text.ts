import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

/** A module as one text, and how places in that text become places in the author's files. */
export interface ModuleText {
  readonly code: string;
  readonly mapStack: (stack: string) => string;
}

/** The text of a module for a compartment. */
export async function moduleText(entryPath: string, module: string): Promise<ModuleText> {
  const source = await readFile(entryPath, 'utf8');
  const { code } = await transform(source, {
    format: 'cjs',
    sourcefile: module,
    supported: { 'dynamic-import': false },
  });
  return { code, mapStack: (stack) => stack };
}
