import type { Pace } from './list-tree.js';

/** Files whose text is looked through for what they import; declarations of types are never run. */
const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/i;

/** The longest name that npm takes, and a path behind it. Words and ends of words are not distinguished: that takes three times as long. */
const IMPORT = /(?:from|import|require|resolve)[\s(]{0,64}(["'`])([^"'`\n]{1,512})\1/g;
/** No import that is found is longer. */
const MAX_IMPORT_LENGTH = 600;
/** What is looked through before the other work of the host has its turn: about a millisecond of a text that is all imports. */
const PIECE_BYTES = 32_768;

/** True for a file that may import something. */
export function mayImport(path: string): boolean {
  return SOURCE.test(path);
}

/**
 * What a source may import, found by its words alone: too much rather than too little, and never by running or parsing what others wrote. What
 * it does not see (a name that is put together) is not part of the module, and is refused when the code asks for it.
 */
export async function* importsIn(content: Buffer, pace: Pace): AsyncGenerator<string> {
  const found = new Set<string>();
  for (let from = 0; from < content.length;) {
    const end = from + PIECE_BYTES;
    // Names of packages are ASCII, and one byte a character is a quarter of the work.
    const piece = content.toString('latin1', from, end + MAX_IMPORT_LENGTH);
    let next = end;
    for (const { 0: text, 2: spelled = '', index } of piece.matchAll(IMPORT)) {
      // It belongs to the next piece, which has all of it.
      if (index >= PIECE_BYTES) break;
      next = Math.max(end, from + index + text.length);
      const specifier = spelled.includes('\\') ? valueOf(spelled) : spelled;
      if (found.has(specifier)) continue;
      found.add(specifier);
      yield specifier;
    }
    from = next;
    await pace.step();
  }
}

/** What a text in quotes stands for: a loader goes by that, however it is spelled. */
function valueOf(spelled: string): string {
  return spelled.replace(
    /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{1,3})|([^]))/gi,
    (
      text,
      point: string | undefined,
      unit: string | undefined,
      byte: string | undefined,
      octal: string | undefined,
      other: string | undefined,
    ) => {
      const hex = point ?? unit ?? byte;
      const code = hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16);
      if (Number.isNaN(code)) return other ?? '';
      return code > 0x10ffff ? text : String.fromCodePoint(code);
    },
  );
}
