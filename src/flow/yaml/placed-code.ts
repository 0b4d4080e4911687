import type { PlacedCode } from '../node.js';
import { importedCode } from '../source/import-lines.js';
import type { Rewritten } from '../source/rewrite.js';
import type { SourceRange } from '../source/source-file.js';
import { TracedText } from '../source/traced-text.js';

/** How the text came to be: a `.phlow` text has code in its flow collections, plain YAML and JSON have not. */
export interface YamlSource extends Rewritten {
  readonly findCode: boolean;
  /** Takes what is read and hardly meant. */
  readonly warn?: (message: string, range: SourceRange | undefined) => void;
}

/** The traced text of a `{{ … }}` string that stands between `start` and `end`, as exactly as can be known. */
export function codeOf(
  source: YamlSource,
  value: unknown,
  start: number,
  end: number,
  range: SourceRange | undefined,
): PlacedCode | undefined {
  if (typeof value !== 'string') return undefined;
  const known = source.codes.get(start);
  if (known !== undefined) return { text: known, at: 1 };
  const trimmed = value.trim();
  if (!trimmed.startsWith('{{') || !trimmed.endsWith('}}')) return undefined;
  if (range !== undefined && range.offset === 0 && value === importedCode(range.file.text)) {
    return { text: TracedText.ofFile(range.file), at: 1 };
  }
  const raw = source.yaml.text.slice(start, end);
  const at = raw.indexOf(trimmed);
  // With escapes or folded lines in between, the code cannot be found character by character.
  if (at === -1) return undefined;
  return { text: source.yaml.slice(start + at + 2, start + at + trimmed.length - 2), at: 0 };
}
