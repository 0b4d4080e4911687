/** A fenced block of a page of the documentation. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The line of the page on which it begins, from 1. */
  readonly line: number;
  /** The file that its first line names in a comment; undefined where there is none. */
  readonly file: string | undefined;
  /** Whether nothing stands between the block before it and this one. */
  readonly isNext: boolean;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const { index, 0: whole, 1: language = '', 2: text = '' } of page.matchAll(
    /^```(\w+)\n([\s\S]*?)^```$/gm,
  )) {
    const line = page.slice(0, index).split('\n').length;
    const file = /^(?:#|\/\/) ([\w./-]+\.\w+)$/m.exec(text.split('\n')[0] ?? '')?.[1];
    const isNext = blocks.length > 0 && page.slice(end, index).trim() === '';
    blocks.push({ language, text, line, file, isNext });
    end = index + whole.length;
  }
  return blocks;
}

/** Whether what a command has printed is what a page shows: line by line, where `...` stands for anything within a line. */
export function isShown(printed: string, shown: string): boolean {
  const lines = (text: string): readonly string[] =>
    text
      .trim()
      .split('\n')
      .map((line) => line.trimEnd());
  const [is, wanted] = [lines(printed), lines(shown)];
  return is.length === wanted.length && wanted.every((line, at) => isLine(is[at] ?? '', line));
}

function isLine(printed: string, shown: string): boolean {
  const pattern = shown
    .split('...')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(printed);
}
