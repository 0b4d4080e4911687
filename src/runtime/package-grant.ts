import { PhlowError, type PhlowErrorCode } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { assertGrant, insideOf, type GrantPlace } from '../sandbox/grants.js';
import { isMap } from '../values.js';

/** All that is granted at one place share what is unknown there. */
type Place = GrantPlace & { readonly unknown: (readonly string[])[] };

/**
 * What the owner grants to the modules that a package's flow uses. The package has no word in it: the owner says so where he uses the package, by
 * the names that its flow gives to the modules: `grant: { inside: { NAME: ... } }`.
 */
export class PackageGrant {
  readonly #place: Place;
  readonly #inside: Readonly<Record<string, unknown>>;

  private constructor(place: Place, grant: unknown, module: string) {
    const own = isMap(grant) ? Object.keys(grant).find((key) => key !== 'inside') : undefined;
    if (own !== undefined) {
      const message = `Cannot read the grant of module "${module}": it is a flow, which asks for nothing itself, so grant.${own} has no effect; name the module of the flow that should have it: grant: { inside: { NAME: { ${own}: ... } } }`;
      throw new PhlowError(codeAt(place), message, { details: { module } });
    }
    this.#place = place;
    this.#inside = insideOf(grant, module);
  }

  /** The grant of a package's flow that an entry of the owner's flow uses. A flow asks for nothing itself: throws PHLOW_FLOW_INVALID for more. */
  static ofEntry(entry: string, grant: unknown): PackageGrant {
    return new PackageGrant({ entry, file: undefined, whole: grant, path: [], unknown: [] }, grant, entry);
  }

  /** The same for one that is opened by itself. */
  static ofFile(file: string, grant: unknown): PackageGrant {
    assertGrant(grant, file);
    return new PackageGrant({ entry: undefined, file, whole: grant, path: [], unknown: [] }, grant, file);
  }

  /** Whether it was given by an option, and stands in no flow. */
  get isOption(): boolean {
    return this.#place.entry === undefined;
  }

  /** What one of the flow's modules is granted, and where. */
  of(name: string): { readonly grant?: unknown; readonly grantPlace: Place } {
    const { path } = this.#place;
    const grantPlace = { ...this.#place, path: [...path, name] };
    return Object.hasOwn(this.#inside, name) ? { grant: this.#inside[name], grantPlace } : { grantPlace };
  }

  /** The grant of a flow that the flow uses as a module. */
  inside(name: string): PackageGrant {
    const { grant, grantPlace } = this.of(name);
    return new PackageGrant(grantPlace, grant, name);
  }

  /** Notes what is granted to a name which the flow does not declare, and returns the error of it. */
  unknownName(declared: readonly string[]): PhlowError | undefined {
    const names = Object.keys(this.#inside).filter((granted) => !declared.includes(granted));
    const [name] = names;
    if (name === undefined) return undefined;
    const { path, unknown } = this.#place;
    unknown.push(...names.map((one) => [...path, one]));
    const message = `Cannot grant anything to "${name}": the flow of the package declares no such module.${didYouMean(name, declared)}`;
    return new PhlowError(codeAt(this.#place), message, { details: { module: name } });
  }
}

/** A mistake in what a flow grants is a mistake in its file; only who opens a package's flow by itself grants by an option. */
function codeAt({ entry }: GrantPlace): PhlowErrorCode {
  return entry === undefined ? 'PHLOW_OPTION_INVALID' : 'PHLOW_FLOW_INVALID';
}

/** The grant of a script module of the owner's flow: for a package's its modules get it, one of the owner's own says itself what its modules get. */
export function grantOf(
  name: string,
  packageFolder: string | undefined,
  grant: unknown,
): PackageGrant | undefined {
  if (packageFolder !== undefined) return PackageGrant.ofEntry(name, grant);
  if (grant === undefined) return undefined;
  const message = `Cannot read the grant of module "${name}": it is a flow of your own, which asks for nothing itself; grant its modules what they need in their entries there`;
  throw new PhlowError('PHLOW_FLOW_INVALID', message, { details: { module: name } });
}
