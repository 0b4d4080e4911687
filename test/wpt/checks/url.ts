import { run, same, throws, type Result, type Web } from './check.js';

/** Input, base, and the parts; no parts when it must be refused. */
export type UrlCase = readonly [
  input: string,
  base: string | null,
  parts: Readonly<Record<string, string>> | null,
];
/** The part that is set, the address, the new value, and the parts afterwards. */
export type SetterCase = readonly [
  part: string,
  href: string,
  value: string,
  parts: Readonly<Record<string, string>>,
];
/** A host and what it becomes; null when it must be refused. */
export type HostCase = readonly [input: string, output: string | null];

export function checkUrls({ URL }: Web, cases: readonly UrlCase[]): Result[] {
  return cases.map(([input, base, parts]) =>
    run(`url: ${JSON.stringify(input)} against ${JSON.stringify(base)}`, () => {
      const args: [string, string?] = base === null ? [input] : [input, base];
      same(URL.canParse(...args), parts !== null, 'canParse');
      if (parts === null) throws('TypeError', () => new URL(...args).href);
      else expectParts(new URL(...args), parts);
    }),
  );
}

export function checkSetters({ URL }: Web, cases: readonly SetterCase[]): Result[] {
  return cases.map(([part, href, value, parts]) =>
    run(`url setter: ${part} of ${JSON.stringify(href)} to ${JSON.stringify(value)}`, () => {
      const url = new URL(href);
      Reflect.set(url, part, value);
      expectParts(url, parts);
    }),
  );
}

export function checkHosts({ URL }: Web, cases: readonly HostCase[]): Result[] {
  return cases.map(([input, output]) =>
    run(`url host: ${JSON.stringify(input)}`, () => {
      const href = `https://${input}/x`;
      if (output === null) throws('TypeError', () => new URL(href).href);
      else expectParts(new URL(href), { host: output, hostname: output, pathname: '/x' });
    }),
  );
}

function expectParts(url: URL, parts: Readonly<Record<string, string>>): void {
  for (const [part, value] of Object.entries(parts)) {
    const actual: unknown = Reflect.get(url, part);
    same(part === 'searchParams' ? String(actual) : actual, value, part);
  }
}
