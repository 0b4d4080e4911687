/** A reference page as data: what stands on it is said once, and written as Markdown or as HTML. Texts are as their authors wrote them, not escaped. */
export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: Text;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | {
      readonly kind: 'table';
      /** What a reader who cannot see the page hears first. */
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly Text[])[];
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string };

/** Prose, in which code is marked. */
export type Text = readonly (string | Code)[];

/** Text in the type of code. */
export interface Code {
  readonly code: string;
}

export function code(text: string): Code {
  return { code: text };
}

/** One paragraph. */
export function paragraph(...text: Text): Block {
  return { kind: 'paragraph', text };
}

/** Words in a row with "or" before the last one, or another word. */
export function listed(items: readonly Text[], word = 'or'): Text {
  return items.flatMap((item, i) => [
    ...(i === 0 ? [] : i === items.length - 1 ? [` ${word} `] : [', ']),
    ...item,
  ]);
}

/** Text of a manifest: what stands between backticks is code. */
export function prose(text: string): Text {
  return text.split(/(`[^`\n]+`)/).flatMap((piece, i): Text => {
    if (piece === '') return [];
    return i % 2 === 1 ? [code(piece.slice(1, -1))] : [piece.replace(/\s+/g, ' ')];
  });
}

/** A description with paragraphs and lists, which begin with `-` or `*`. */
export function proseBlocks(text: string): readonly Block[] {
  return text
    .trim()
    .split(/\n[^\S\n]*\n/)
    .flatMap(blocksOf);
}

function blocksOf(text: string): readonly Block[] {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => LIST_ITEM.test(line));
  if (first === -1) return paragraphsOf(text);
  const items: string[] = [];
  for (const line of lines.slice(first)) {
    if (LIST_ITEM.test(line)) items.push(line.replace(LIST_ITEM, ''));
    // A line that goes on belongs to its item.
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return [...paragraphsOf(lines.slice(0, first).join('\n')), { kind: 'list', items: items.map(prose) }];
}

const LIST_ITEM = /^\s*[-*]\s+/;

function paragraphsOf(text: string): readonly Block[] {
  return text.trim() === '' ? [] : [{ kind: 'paragraph', text: prose(text.trim()) }];
}
