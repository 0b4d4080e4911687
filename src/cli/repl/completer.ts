import type { InputShape } from '../../index.js';
import { hiddenIn } from '../../visible-text.js';

/** What can follow a text, and the end of the text that it replaces. */
export type Completion = readonly [candidates: readonly string[], replaced: string];

/** What lines may speak of. */
export interface Words {
  /** Commands, with their dots. */
  readonly commands: readonly string[];
  /** Variables and functions. */
  readonly names: readonly string[];
  /** Modules and what is known of their inputs. */
  readonly modules: ReadonlyMap<string, { readonly shape: InputShape }>;
  /** What `.load` takes. */
  readonly loadable: () => readonly string[];
}

/** A call of a module that is not closed yet: `cache({ action: "set", ke`. */
const OPEN_CALL = /\b([A-Za-z_]\w*)\(\s*(#?\{[^{}]*|"[^"]*)$/;
/** A member whose value is being typed as text: `action: "s`. */
const OPEN_VALUE = /\b(\w+)\s*:\s*"([^"]*)$/;
/** Where a member begins. */
const MEMBER = /[{,]\s*(\w*)$/;
/** A member that is there, and its text where it is one. */
const GIVEN = /[{,]\s*(\w+)\s*:\s*(?:"([^"]*)")?/g;
const NOTHING: Completion = [[], ''];

/** Completes a line: commands, names of modules, variables, and inside a call of a module its actions and members, from its manifest. */
export function complete(text: string, words: Words): Completion {
  if (/^\.\w*$/.test(text)) return startingWith(text, words.commands);
  const loaded = /^\.load\s+(\S*)$/.exec(text)?.[1];
  if (loaded !== undefined) return startingWith(loaded, words.loadable());
  const [, name = '', written = ''] = OPEN_CALL.exec(text) ?? [];
  const shape = words.modules.get(name)?.shape;
  if (shape !== undefined) return insideCall(written, shape);
  const begun = /[A-Za-z_]\w*$/.exec(text)?.[0] ?? '';
  const names = [...words.names, ...[...words.modules.keys()].map((module) => `${module}(`)];
  // After a dot there is nothing that is known.
  const isName = !/[.\w]$/.test(text.slice(0, text.length - begun.length));
  return isName ? startingWith(begun, names) : NOTHING;
}

function insideCall(written: string, { members, kinds }: InputShape): Completion {
  const kindValues = [...(kinds?.members.keys() ?? [])].filter((value) => !/["\\]/.test(value));
  // The first argument is the first member.
  if (written.startsWith('"'))
    return members[0] === kinds?.name ? quoted(written.slice(1), kindValues) : NOTHING;
  const [, member, value = ''] = OPEN_VALUE.exec(written) ?? [];
  if (member !== undefined) return member === kinds?.name ? quoted(value, kindValues) : NOTHING;
  const begun = MEMBER.exec(written)?.[1];
  if (begun === undefined) return NOTHING;
  const given = new Map([...written.matchAll(GIVEN)].map(([, name = '', text]) => [name, text]));
  const kind = kinds && given.get(kinds.name);
  const ofKind = kind === undefined ? undefined : kinds?.members.get(kind);
  const left = (ofKind ?? members).filter((name) => /^\w+$/.test(name) && !given.has(name));
  return startingWith(
    begun,
    left.map((name) => `${name}: `),
  );
}

/** What a person would not see is not offered: it comes from files of others. */
function startingWith(begun: string, candidates: readonly string[]): Completion {
  return [
    candidates.filter((candidate) => candidate.startsWith(begun) && hiddenIn(candidate) === undefined),
    begun,
  ];
}

function quoted(begun: string, values: readonly string[]): Completion {
  return startingWith(
    begun,
    values.map((value) => `${value}"`),
  );
}
