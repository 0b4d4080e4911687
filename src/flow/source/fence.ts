import type { TracedText } from './traced-text.js';

const FENCE = '```';

/** A block in triple backticks, taken out of the lines. */
export interface Fence {
  /** What it says: lines trimmed and joined with one blank. */
  readonly text: string;
  /** The number of lines it takes up. */
  readonly count: number;
}

/**
 * Reads the block whose opening backticks stand at `at` of line `index` (docs/spec/flow.md 4.2). A word behind the opening is a language
 * label and is dropped. Without a closing line the block goes on to the end.
 */
export function readFence(lines: readonly TracedText[], index: number, at: number): Fence {
  const rest = (lines[index]?.text ?? '').slice(at + FENCE.length);
  const close = rest.indexOf(FENCE);
  if (close !== -1) {
    const inner = rest.slice(0, close).trim();
    const blank = inner.search(/\s/);
    return { text: blank === -1 ? inner : inner.slice(blank).trim(), count: 1 };
  }
  const parts: string[] = [];
  let next = index + 1;
  for (; next < lines.length; next++) {
    const line = (lines[next]?.text ?? '').trim();
    if (line === FENCE) {
      next++;
      break;
    }
    parts.push(line);
  }
  return { text: parts.join(' '), count: next - index };
}

/** True when a value opens a block in triple backticks. */
export function opensFence(value: string): boolean {
  return value.startsWith(FENCE);
}
