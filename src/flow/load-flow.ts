import { PhlowError } from '../errors.js';
import type { Value } from '../values.js';
import type { FlowDocument } from './document/flow-document.js';
import { readDocument } from './document/read-document.js';
import type { Diagnostics } from './diagnostics.js';
import { nodeOfValue, parseFlowText } from './load-text.js';
import type { FlowFiles } from './source/flow-files.js';

/** A flow to read: a file, a text that stands for one, or a value. */
export type FlowOrigin =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'value'; readonly flow: Value };

/** Reads the file of a flow. */
export function readFlowFile(path: string, files: FlowFiles): FlowOrigin {
  const text = files.read(path);
  if (text !== undefined) return { kind: 'text', path, text };
  throw new PhlowError('PHLOW_FLOW_UNREADABLE', `Cannot read the flow "${path}": there is no such file`, {
    details: { file: path },
  });
}

/**
 * Parses a flow and reads it into a document; nothing is compiled or loaded yet.
 *
 * @throws PHLOW_FLOW_SYNTAX, PHLOW_FLOW_INCLUDE, PHLOW_FLOW_TOO_LARGE; everything else goes into `diagnostics`.
 */
export function loadFlow(origin: FlowOrigin, files: FlowFiles, diagnostics: Diagnostics): FlowDocument {
  const root =
    origin.kind === 'text'
      ? parseFlowText({ path: origin.path, text: origin.text }, files, (message, range) =>
          diagnostics.warning(message, range),
        )
      : nodeOfValue(origin.flow);
  return readDocument(root, diagnostics);
}
