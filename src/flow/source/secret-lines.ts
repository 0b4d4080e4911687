import type { Hidden } from '../../code-frame.js';
import { Redaction, SECRET_NAME } from '../../redaction.js';

const BY_NAME = new Redaction(SECRET_NAME);

/** A name with what is assigned to it or compared with it: of YAML, JSON or phs. */
const ASSIGNMENT = /(?<![\w$-])(["']?)([A-Za-z_$][\w$-]*)\1\s*(?::(?=\s|$|["'\d[{])|[!=]?=(?![=>]))[ \t]*/g;
/** Code is shown: its values are elsewhere. */
const CODE =
  /^(?:!phs\b|\$\{|#\{\s*\}|(?:main|payload|steps|envs|setup|with|error|item|index|input)\b|[A-Za-z_]\w*\()/;
const BLOCK_HEADER = /^(?:[|>][\d+-]*|&\S+|!\S+)?\s*(?:#.*)?$/;
const MAX_LINES_ABOVE = 20;

/**
 * What of the lines of a flow's file a frame must not show: what is written under names of secrets; with `all`, where a secret is known to be
 * near without its name, whatever is written under any name.
 *
 * @param lineAt a line of the file by its number from 1 on.
 */
export function secretsInLine(
  lineAt: (line: number) => string,
  line: number,
  all = false,
): readonly Hidden[] {
  const text = lineAt(line);
  const isAll = all || isBelowSecret(lineAt, line);
  const found: Hidden[] = [];
  let end = 0;
  for (const match of text.matchAll(ASSIGNMENT)) {
    const at = match.index + match[0].length;
    const isYaml = match[0].trimEnd().endsWith(':');
    if (match.index < end || !(isAll || BY_NAME.hides(match[2] ?? ''))) continue;
    const length = valueLength(text.slice(at), isYaml, /[{[(,]/.test(text.slice(0, match.index)));
    // What is nested in a line is looked at name by name when all of it counts.
    if (length === 0 || (isAll && /^#?\{/.test(text.slice(at)))) continue;
    end = at + length;
    found.push([at, end]);
  }
  if (found.length > 0 || !isAll || text.search(ASSIGNMENT) >= 0) return found;
  const start = /^[\s-]*/.exec(text)?.[0].length ?? 0;
  return start < text.length ? [[start, text.length]] : [];
}

/** The characters of a value that are one literal or collection; 0 for code, and for what begins on the next line. */
function valueLength(rest: string, isYaml: boolean, isInside: boolean): number {
  const quoted = /^(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^']|'')*(?:'|$)|`[^`]*(?:`|$))/.exec(rest)?.[0];
  if (quoted !== undefined) return quoted.length;
  if (!isYaml) return /^-?\d[\w.]*/.exec(rest)?.[0].length ?? 0;
  if (CODE.test(rest) || BLOCK_HEADER.test(rest)) return 0;
  if (/^(?:#?\{|\[)/.test(rest)) return collectionLength(rest);
  const plain = (isInside ? /^[^,}\])]*/ : /^(?:(?!\s#).)*/).exec(rest)?.[0] ?? '';
  return plain.trimEnd().length;
}

function collectionLength(rest: string): number {
  let depth = 0;
  for (let at = 0; at < rest.length; at++) {
    if ('{['.includes(rest[at] ?? '')) depth++;
    else if (']}'.includes(rest[at] ?? '') && --depth === 0) return at + 1;
  }
  return rest.length;
}

/** Whether a line belongs to a value that begins under the name of a secret further up. */
function isBelowSecret(lineAt: (line: number) => string, line: number): boolean {
  let indent = indentOf(lineAt(line));
  for (let above = line - 1; above >= Math.max(1, line - MAX_LINES_ABOVE) && indent > 0; above--) {
    const text = lineAt(above);
    if (text.trim() === '' || indentOf(text) >= indent) continue;
    indent = indentOf(text);
    const key = /^[\s-]*(["']?)([A-Za-z_$][\w$-]*)\1\s*:\s*(.*)$/.exec(text);
    if (key !== null && BY_NAME.hides(key[2] ?? '') && BLOCK_HEADER.test(key[3] ?? '')) return true;
  }
  return false;
}

function indentOf(text: string): number {
  return /^[\s-]*/.exec(text)?.[0].length ?? 0;
}
