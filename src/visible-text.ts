/**
 * What others wrote and a person reads: names, reasons, messages, stacks, replies. One rule for every terminal, report and line-based format:
 * a character that draws, reorders or hides text is shown by its code, everything that a reader can see stays as it is.
 */

/** Characters that a line may hold at most, unless its user says otherwise. */
const MAX_LINE = 300;
const MAX_PATH = 4_096;

/** More marks than this on one letter are no script's spelling: they draw over the lines around them. */
const MAX_MARKS = 8;

/**
 * Controls, format characters, line separators, private and unassigned code points, lone surrogates, everything that a renderer may ignore,
 * and two blanks that pass for nothing at all (braille, musical null head).
 */
const HIDDEN_CLASS = String.raw`\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}`;

/** Hidden characters that are spelling in some places: whether they are is asked of what stands around each. */
const SPELLING_SIGNS = String.raw`\u200C\u200D\uFE0E\uFE0F\u180B-\u180D\u180F\u{E0020}-\u{E007F}`;
/** The question takes a microsecond. Text with more of them than this, and more than one in this many characters, is in no script. */
const MAX_SPELLING_SIGNS = 256;
const MIN_CHARACTERS_PER_SIGN = 16;

/** The signs that Indic scripts build conjuncts with. */
const VIRAMA = String.raw`[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u1039\u17D2]`;

/** Some letters, such as the fillers of Hangul, cannot be seen. */
const LETTER = String.raw`[\p{L}--\p{Default_Ignorable_Code_Point}]`;
const MARKS = String.raw`[\p{M}--\p{Default_Ignorable_Code_Point}]{0,4}`;
const PICTOGRAPH = String.raw`[\p{Extended_Pictographic}--\p{Cn}]`;
const EMOJI = String.raw`${PICTOGRAPH}\p{Emoji_Modifier}?\uFE0F?`;

/**
 * Where invisible characters are spelling: in joined emoji, after a pictograph whose style they choose, in keycaps and the three flags that
 * are made of tags; between Arabic letters and beside an Indic virama; after Mongolian letters.
 */
const ORDINARY = [
  String.raw`${EMOJI}(?:\u200D${EMOJI}){1,9}`,
  String.raw`${PICTOGRAPH}[\uFE0E\uFE0F]`,
  String.raw`[0-9#*]\uFE0F\u20E3`,
  String.raw`\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`,
  String.raw`(?<=[\p{Script=Arabic}&&\p{L}]${MARKS})\u200C(?=[\p{Script=Arabic}&&\p{L}])`,
  String.raw`(?<=${LETTER}${MARKS}${VIRAMA})[\u200C\u200D]`,
  String.raw`(?<=${LETTER})\u200D(?=${VIRAMA})`,
  String.raw`(?<=[\p{Script=Mongolian}&&\p{L}])[\u180B-\u180D\u180F]`,
].join('|');

/** Marks with no letter of the same text below them would change the character before that text. */
const LOOSE_MARKS = String.raw`(?<![${LETTER}\p{M}\p{N}\p{P}\p{S}\p{Zs}\u200C\u200D])\p{M}+|(?<=\p{M}{${MAX_MARKS}})\p{M}+`;

/** Made when the first text needs it: reading the classes takes a millisecond, which no start of a module is to pay for. */
function lazy(source: string, flags = 'v'): () => RegExp {
  let made: RegExp | undefined;
  return () => (made ??= new RegExp(source, flags));
}

const signsInText = lazy(`[${SPELLING_SIGNS}]`, 'gv');
const spelledInText = lazy(String.raw`(?<ordinary>${ORDINARY})|[${SPELLING_SIGNS}]|${LOOSE_MARKS}`, 'gv');
const marksInText = lazy(LOOSE_MARKS, 'gv');
const alwaysHiddenInText = lazy(String.raw`[[${HIDDEN_CLASS}]--[\n\t${SPELLING_SIGNS}]]+`, 'gv');
const hiddenInText = lazy(String.raw`[[${HIDDEN_CLASS}]--[\n\t]]+`, 'gv');
/** Without these, nothing depends on what stands around it. */
const mayDepend = lazy(String.raw`[${SPELLING_SIGNS}\p{M}]`);
/** A backslash that begins what looks like an escape is one itself, so that a shown line can mean one text only. */
const inLine = lazy(String.raw`(?<ordinary>${ORDINARY})|[${HIDDEN_CLASS}]|${LOOSE_MARKS}|\\(?=u\{)`, 'gv');

/** Most text needs no second look: letters, digits and signs that hide nothing. */
const mayHideInText = lazy(String.raw`[[${HIDDEN_CLASS}\p{M}]--[\n\t]]`);
const mayHideInLine = lazy(String.raw`[${HIDDEN_CLASS}\p{M}]|\\u\{`);

/** Text of printable ASCII is the rule, and recognised fastest. */
const PLAIN = /^[\n\t -~]*$/;
const PLAIN_LINE = /^[ -[\]-~]*$/;

/**
 * Foreign text as a part of one line: line breaks and tabs are shown by their codes too (`\u{a}`), and the result means one text only. Cut
 * at `maxLength` characters, which a `…` marks.
 */
export function visibleLine(text: string, maxLength = MAX_LINE): string {
  if (text.length <= maxLength && !mayHoldHidden(text)) return text;
  const source = cutAt(text, maxLength);
  let isWhole = source.length === text.length;
  let shown = '';
  for (const piece of piecesOf(source)) {
    if (shown.length + piece.text.length > maxLength) {
      if (!piece.isAtom) shown += cutAt(piece.text, maxLength - shown.length);
      isWhole = false;
      break;
    }
    shown += piece.text;
  }
  return isWhole ? shown : `${shown}…`;
}

/** Foreign text that may have several lines: line breaks and tabs stay. What is shown already stays as it is. */
export function visibleText(text: string): string {
  const lines = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  return replaceHidden(lines, codesOf);
}

/** True for text that is visible as it is; false when it has to be looked at more closely. */
export function isPlainText(text: string): boolean {
  return PLAIN.test(text) || !mayHideInText().test(text);
}

/** The path of a file, or a line of a stack: a {@link visibleLine} that is as long as paths are. */
export function visiblePath(path: string): string {
  return visibleLine(path, MAX_PATH);
}

/** Foreign text below a line of ours: its further lines are indented, so that none of them passes for a line of its own. */
export function visibleBlock(text: string, indent = '  '): string {
  return visibleText(text).replaceAll('\n', `\n${indent}`);
}

/**
 * JSON that is shown or logged: hidden characters as `\uXXXX`, which reads as the same value. A build server that looks for its own commands
 * in the middle of lines (`##[`) finds none.
 */
export function visibleJson(json: string): string {
  const safe = json.includes('##[') ? json.replaceAll('##[', String.raw`#\u0023[`) : json;
  return replaceHidden(safe, unitsOf);
}

/** The first thing in a text that a reader would not see, by its code; undefined when all of it is visible and on one line. */
export function hiddenIn(text: string): string | undefined {
  if (!mayHoldHidden(text)) return undefined;
  for (const match of text.matchAll(inLine())) {
    if (match.groups?.['ordinary'] === undefined && match[0] !== '\\') return codeOf(match[0]);
  }
  return undefined;
}

/**
 * A text whose hidden characters are replaced. In two passes: most of them are hidden wherever they stand, which costs a tenth of asking what
 * stands around.
 */
function replaceHidden(text: string, replacement: (found: string) => string): string {
  if (isPlainText(text)) return text;
  if (!mayDepend().test(text)) return text.replace(hiddenInText(), replacement);
  const signs = text.match(signsInText())?.length ?? 0;
  if (signs > Math.max(MAX_SPELLING_SIGNS, text.length / MIN_CHARACTERS_PER_SIGN))
    return text.replace(marksInText(), replacement).replace(hiddenInText(), replacement);
  return text
    .replace(spelledInText(), (found: string, ordinary: string | undefined) => ordinary ?? replacement(found))
    .replace(alwaysHiddenInText(), replacement);
}

function mayHoldHidden(line: string): boolean {
  return !PLAIN_LINE.test(line) && mayHideInLine().test(line);
}

interface Piece {
  readonly text: string;
  /** True: it stands whole or not at all. */
  readonly isAtom: boolean;
}

function* piecesOf(source: string): Generator<Piece> {
  let end = 0;
  for (const match of source.matchAll(inLine())) {
    yield { text: source.slice(end, match.index), isAtom: false };
    end = match.index + match[0].length;
    if (match.groups?.['ordinary'] !== undefined) yield { text: match[0], isAtom: true };
    else for (const character of match[0]) yield { text: codeOf(character), isAtom: true };
  }
  yield { text: source.slice(end), isAtom: false };
}

/** Not in the middle of a surrogate pair. */
function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const isSplit = (text.codePointAt(length - 1) ?? 0) > 0xffff;
  return text.slice(0, isSplit ? length - 1 : length);
}

function codeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function codesOf(found: string): string {
  let codes = '';
  for (const character of found) codes += codeOf(character);
  return codes;
}

function unitsOf(found: string): string {
  let units = '';
  for (let at = 0; at < found.length; at++)
    units += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return units;
}

/** A text as one argument of a command that a person types. */
export function shellText(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${visibleLine(text).replaceAll("'", `'\\''`)}'`;
}
