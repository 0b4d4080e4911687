/**
 * A path as a module writes it: inside its own folder (`./templates/a.html`, or without the `./`), inside its data folder
 * (`$DATA/out.csv`), or absolute. Never `..`: a module names what it wants without walking about.
 */
export interface GuestPath {
  readonly root: 'module' | 'data' | 'absolute';
  readonly segments: readonly string[];
}

const MAX_PATH_LENGTH = 4_096;

/** Reads a path, or says in words what is wrong with it. */
export function parseGuestPath(text: string): GuestPath | string {
  if (text === '') return 'the path is empty';
  if (text.length > MAX_PATH_LENGTH) return `the path is longer than ${MAX_PATH_LENGTH} characters`;
  // NUL would cut the path short in the system call; the other controls have no place in a name either.
  if ([...text].some((character) => character < ' ' || character === '\x7f'))
    return 'the path holds a control character';
  if (text.includes('\\')) return 'the path holds a backslash; write folders with /';
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return 'it is a URL or a drive, not a path';
  const [first = '', ...rest] = text.split('/');
  const root = first === '' ? 'absolute' : first === '$DATA' ? 'data' : 'module';
  const segments = (root === 'module' ? [first, ...rest] : rest).filter(
    (part) => part !== '' && part !== '.',
  );
  if (segments.includes('..')) return 'the path holds ".."; name the place that it leads to';
  return { root, segments };
}

/** The path in its plain form, which is how messages and lock files name it. */
export function guestPathText(path: GuestPath): string {
  const rest = path.segments.join('/');
  if (path.root === 'absolute') return `/${rest}`;
  const prefix = path.root === 'data' ? '$DATA' : '.';
  return rest === '' ? prefix : `${prefix}/${rest}`;
}

/** What is left of `path` below `base`; undefined when it is not below it. */
export function below(path: GuestPath, base: GuestPath): readonly string[] | undefined {
  if (path.root !== base.root || base.segments.length > path.segments.length) return undefined;
  return base.segments.every((part, i) => part === path.segments[i])
    ? path.segments.slice(base.segments.length)
    : undefined;
}
