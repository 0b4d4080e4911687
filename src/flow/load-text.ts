import { extname } from 'node:path';
import { messageOf, PhlowError } from '../errors.js';
import { isMap, type Value } from '../values.js';
import { FLOW_LIMITS } from './limits.js';
import type { FlowNode, MapEntry } from './node.js';
import { parseYaml } from './yaml/parse-yaml.js';
import type { YamlSource } from './yaml/placed-code.js';
import { assemble } from './source/assemble.js';
import { tooLarge, withoutMark, type FlowFiles } from './source/flow-files.js';
import { ImportLines } from './source/import-lines.js';
import { DirectiveProblems } from './source/problems.js';
import { rewrite, type Rewritten } from './source/rewrite.js';
import { placeOf, type SourceFile } from './source/source-file.js';
import { TracedText } from './source/traced-text.js';

/** A `.phlow` text as plain YAML. */
export function preprocess(file: SourceFile, files: FlowFiles): Rewritten {
  const problems = new DirectiveProblems();
  const lines = assemble(file, files, problems);
  const rewritten = rewrite(lines, new ImportLines(files, problems));
  problems.check(file.path);
  return rewritten;
}

/**
 * The nodes of a flow text; `.yaml`, `.yml` and `.json` are taken as they are, everything else is preprocessed.
 *
 * @param warn takes what is read and hardly meant.
 */
export function parseFlowText(
  { path, text }: SourceFile,
  files: FlowFiles,
  warn: NonNullable<YamlSource['warn']> = () => undefined,
): FlowNode {
  const file = { path, text: withoutMark(text) };
  if (file.text.length > FLOW_LIMITS.textSize) throw tooLarge(file.path, file.text.length);
  const kind = extname(file.path).toLowerCase();
  if (kind === '.json') checkJson(file);
  // Of an empty text no line would be left to say where it stood.
  if (kind === '.json' || kind === '.yaml' || kind === '.yml' || file.text === '') {
    return parseYaml({ yaml: TracedText.ofFile(file), codes: new Map(), findCode: false, warn });
  }
  return parseYaml({ ...preprocess(file, files), findCode: true, warn });
}

/** YAML reads JSON, and more: what is not JSON must not pass for it. */
function checkJson(file: SourceFile): void {
  try {
    JSON.parse(file.text);
  } catch (error) {
    const at = /position (\d+)/.exec(messageOf(error))?.[1];
    const range = { file, offset: at === undefined ? file.text.length : Number(at), length: 1 };
    throw new PhlowError('PHLOW_FLOW_SYNTAX', `Cannot read "${file.path}": Json error: ${messageOf(error)}`, {
      place: placeOf(range),
      cause: error,
    });
  }
}

/** The nodes of a flow given as a value. */
export function nodeOfValue(value: Value, depth = 0): FlowNode {
  if (depth > FLOW_LIMITS.nesting) {
    const most = FLOW_LIMITS.nesting;
    throw new PhlowError('PHLOW_FLOW_TOO_LARGE', `Cannot read the flow: nested deeper than ${most} levels`, {
      details: { most },
    });
  }
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map((item) => nodeOfValue(item, depth + 1));
    return { kind: 'list', items, range: undefined };
  }
  if (isMap(value)) {
    const entries = new Map<string, MapEntry>();
    for (const key of Object.keys(value)) {
      entries.set(key, { key, value: nodeOfValue(value[key], depth + 1), range: undefined });
    }
    return { kind: 'map', entries, range: undefined };
  }
  if (typeof value === 'object' && value !== null)
    return { kind: 'scalar', value: null, code: undefined, range: undefined };
  return { kind: 'scalar', value: value ?? null, code: undefined, range: undefined };
}
