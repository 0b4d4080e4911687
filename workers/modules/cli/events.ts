import type { CommandLine } from '../../../src/sdk/index.js';
import type { Value, ValueMap } from '../../../src/values.js';
import { messageOf } from '../../../src/errors.js';
import type { StdinUse } from './definitions.js';

/** The most that is read of standard input at once, and of one line of it, in bytes. */
const MAX_BYTES = 8 * 1_048_576;

/** The events of a command: one, or one for each line of standard input. Throws for input that is too large or no JSON. */
export async function* eventsOf(
  main: ValueMap,
  use: StdinUse,
  terminal: Pick<CommandLine, 'read'>,
): AsyncGenerator<ValueMap> {
  switch (use) {
    case 'none':
      yield main;
      return;
    case 'text':
      yield { ...main, stdin: await textIn(terminal.read()) };
      return;
    case 'json':
      yield { ...main, stdin: jsonIn(await textIn(terminal.read())) };
      return;
    case 'lines':
      for await (const line of linesIn(terminal.read())) yield { ...main, line };
  }
}

async function textIn(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > MAX_BYTES) throw new Error(`Cannot read standard input: it has more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function jsonIn(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw new Error(`Cannot read standard input as JSON: ${messageOf(error)}`, { cause: error });
  }
}

/** The lines without their ends; the last one needs none. */
async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_BYTES)
      throw new Error(`Cannot read standard input: a line has more than ${MAX_BYTES} characters`);
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
