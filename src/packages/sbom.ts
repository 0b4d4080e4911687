import { PHLOW_VERSION } from '../version.js';
import type { PackageDependency } from './dependencies.js';
import type { PackageId } from './package-json.js';

/** What an SBOM is made for. */
export interface SbomSubject extends PackageId {
  readonly description: string | undefined;
  readonly license: string | undefined;
}

/**
 * Writes what a package is made of as CycloneDX 1.5 JSON: the module and every npm package that its code takes in, declared or not, in the package or
 * not. The same package is the same text: it names no time and no serial number.
 */
export function sbomText(subject: SbomSubject, dependencies: readonly PackageDependency[]): string {
  const { name, version, description, license } = subject;
  const refs = new Map(dependencies.map((one) => [one.name, purlOf(one.name, one.version)]));
  const self = purlOf(name, version);
  const refsOf = (names: readonly string[]): readonly string[] => [
    ...new Set(names.flatMap((needed) => refs.get(needed) ?? [])),
  ];
  const isDirect = ({ range, isDeclared }: PackageDependency): boolean => range !== undefined || !isDeclared;
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'phlow', version: PHLOW_VERSION }] },
      component: {
        type: 'library',
        'bom-ref': self,
        ...namesOf(name),
        version,
        ...(description === undefined ? {} : { description }),
        ...licensesOf(license),
        purl: self,
      },
    },
    components: dependencies.map((one) => ({
      type: 'library',
      'bom-ref': purlOf(one.name, one.version),
      ...namesOf(one.name),
      ...(one.version === undefined ? {} : { version: one.version }),
      ...licensesOf(one.license),
      purl: purlOf(one.name, one.version),
      properties: [
        { name: 'phlow:declared', value: String(one.isDeclared) },
        { name: 'phlow:bundled', value: String(one.isBundled) },
        ...(one.range === undefined ? [] : [{ name: 'phlow:range', value: one.range }]),
      ],
    })),
    dependencies: [
      { ref: self, dependsOn: refsOf(dependencies.filter(isDirect).map((one) => one.name)) },
      ...dependencies.map((one) => ({ ref: purlOf(one.name, one.version), dependsOn: refsOf(one.needs) })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A name with its scope as CycloneDX has it. */
function namesOf(name: string): { readonly group?: string; readonly name: string } {
  const at = name.indexOf('/');
  return at === -1 ? { name } : { group: name.slice(0, at), name: name.slice(at + 1) };
}

function purlOf(name: string, version: string | undefined): string {
  return `pkg:npm/${name.replace('@', '%40')}${version === undefined ? '' : `@${encodeURIComponent(version)}`}`;
}

/** One license by its id, or an expression of several. What is neither is a name. */
function licensesOf(license: string | undefined): { readonly licenses?: readonly object[] } {
  if (license === undefined || license === '') return {};
  if (/ (?:OR|AND|WITH) /.test(license))
    return { licenses: [{ expression: license.replace(/^\((.*)\)$/, '$1') }] };
  return { licenses: [{ license: COMMON_IDS.has(license) ? { id: license } : { name: license } }] };
}

/** Ids of the SPDX list. The schema of CycloneDX refuses any other under `id`. */
const COMMON_IDS: ReadonlySet<string> = new Set([
  '0BSD',
  'AGPL-3.0-only',
  'AGPL-3.0-or-later',
  'Apache-2.0',
  'Artistic-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'EPL-2.0',
  'GPL-2.0-only',
  'GPL-3.0-only',
  'GPL-3.0-or-later',
  'ISC',
  'LGPL-2.1-only',
  'LGPL-3.0-only',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);
