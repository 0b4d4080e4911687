/** A flow or a package of somebody who wants the one who looks at it to wait, to run out of memory, or to run its code. */
export interface Subject {
  readonly name: string;
  /** Files by path below the application's folder; the package is at `phlow_packages/p`. */
  readonly files: Readonly<Record<string, string>>;
  /** Shell commands that make what no text can be, run in the application's folder. */
  readonly make?: string;
  /** What is too much for a text; gets the application's folder. */
  readonly build?: (app: string) => void;
}

/** Code that leaves a mark when it runs. */
export const MARKING = `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.MARKER ?? '/nonexistent', 'ran');\nexport default () => 1;\n`;
export const MANIFEST = 'name: p\nversion: 1.0.0\n';

export const steps = (text: string): string => `modules:\n  - module: p\nsteps:\n${text}\n`;
export const use = (input: string): string => steps(`  - use: p\n    input: ${input}`);

/** A flow of this text beside a package that does nothing odd but to mark. */
export function flow(name: string, text: string, more: Partial<Subject> = {}): Subject {
  const files = {
    'phlow_packages/p/phlow.yaml': MANIFEST,
    'phlow_packages/p/index.js': MARKING,
    'main.phlow': text,
    ...more.files,
  };
  return { ...more, name, files };
}
