/** The kinds of modules: see `type` in a manifest. */
export const MODULE_KINDS = ['step', 'main', 'any'] as const;

/** A kind of module. */
export type ModuleKind = (typeof MODULE_KINDS)[number];

/** What a template is filled with. */
export interface Wanted {
  readonly name: string;
  /** As npm knows it, with its scope: `@acme/greet`. */
  readonly packageName: string;
  readonly kind: ModuleKind;
  /** True for TypeScript, false for JavaScript. */
  readonly isTypeScript: boolean;
}

/** Files of a template: their paths, with `/`, and their texts. */
export type Files = Readonly<Record<string, string>>;
