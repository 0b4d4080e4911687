import { inPlaceOf, processMember } from './process-member.js';
import { limitText, permissionFor, raisedLimit, type MetLimit } from './compartment-limit.js';
import { stackMapper, type StackMapperOptions } from './stack-mapper.js';

/** Reads the errors of one bundled module. */
export interface FaultReader {
  /** Puts places of the author's files where a stack names the bundle. */
  readonly mapStack: (stack: string) => string;
  /** The limit of the compartment that an error is owed to, by its unmapped stack; undefined for the module's own faults. */
  readonly limitIn: (error: {
    readonly name: string;
    readonly message: string;
    readonly stack: string;
  }) => MetLimit | undefined;
}

/** Text beside a place that is looked at. */
const NEAR = 160;
/** Text before a place that is searched for what a name stands for. */
const FAR = 100_000;
/** Longer messages are none that the engine makes. */
const MAX_MESSAGE = 500;

export function faultReader(code: string, options: StackMapperOptions): FaultReader {
  const mapStack = stackMapper(options);
  const escaped = options.sourceUrl.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const frame = new RegExp(`${escaped}:(\\d{1,7}):(\\d{1,7})`);
  let lines: readonly number[] | undefined;
  const offsetOf = (line: number, column: number): number | undefined => {
    // Once per module: errors come as often as the module likes.
    lines ??= lineStarts(code);
    const start = lines[line - 1 - options.lineOffset];
    return start === undefined ? undefined : start + column - 1;
  };
  /** The innermost place of a stack that is the author's; frames of polyfills are ours. */
  const authorPlace = (stack: string): string | undefined => {
    for (const [place] of stack.slice(0, STACK_LENGTH).matchAll(new RegExp(frame, 'g'))) {
      const mapped = mapStack(place);
      // What a module takes from a folder above its own is named from there.
      if (mapped !== place) return mapped.replace(/^(?:\.\.\/)+/, '');
    }
    return undefined;
  };
  return {
    mapStack,
    limitIn({ name, message, stack }) {
      if (message.length > MAX_MESSAGE) return undefined;
      const place = frame.exec(stack.slice(0, STACK_LENGTH));
      const offset = place === null ? undefined : offsetOf(Number(place[1]), Number(place[2]));
      const textBefore = (length: number): string =>
        offset === undefined ? '' : code.slice(Math.max(0, offset - length), offset);
      const before = (): string => textBefore(NEAR);
      const farBefore = (): string => textBefore(FAR);
      const found = raisedLimit({
        name,
        message,
        before,
        farBefore,
        after: () => (offset === undefined ? '' : code.slice(offset, offset + NEAR)),
      });
      if (found === undefined) return undefined;
      const at = authorPlace(stack);
      const where = at === undefined ? '' : ` (${at})`;
      if (found.limit === 'process') {
        const member = processMember(message, before(), farBefore) ?? '';
        const what = `process.${member} is not there${where}`;
        return { ...found, at, message: `${what}; ${inPlaceOf(member) ?? limitText(found)}` };
      }
      const permission = permissionFor(message, before());
      const request = permission === undefined ? '' : `; ask for permissions.${permission} in phlow.yaml, or`;
      const why = limitText(found);
      return {
        ...found,
        at,
        message: `${message}${where}; ${request === '' ? why : why.replace(';', request)}`,
      };
    },
  };
}

const STACK_LENGTH = 10_000;

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
