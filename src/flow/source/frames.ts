import type { LineShape } from './line-shape.js';
import { itemRole, keyLocals, keyRole, NO_LOCALS, type Role } from './roles.js';

interface Frame extends Setting {
  readonly column: number;
  readonly kind: 'item' | 'key';
}

/** Where a value stands. */
export interface Setting {
  readonly role: Role;
  /** Names of the variables that exist only here. */
  readonly locals: ReadonlySet<string>;
}

/** Where a flow begins. */
export const TOP: Setting = { role: 'flow', locals: NO_LOCALS };

/** Where the items of a list stand. */
export function settingOfItem({ role, locals }: Setting): Setting {
  return { role: itemRole(role), locals };
}

/** Where the value of a key stands. */
export function settingBelow({ role, locals }: Setting, key: string): Setting {
  return { role: keyRole(role, key), locals: keyLocals(locals, role, key) };
}

/** Follows the structure of a block-style YAML text line by line, by its indentation. */
export class Frames {
  readonly #frames: Frame[] = [];

  /** Takes a line in and says where its value stands. */
  enter(shape: LineShape): Setting {
    for (const column of shape.dashes) {
      // A list may stand at the column of the key that it belongs to.
      this.#leave((frame) => frame.column > column || (frame.column === column && frame.kind === 'item'));
      this.#frames.push({ column, kind: 'item', ...settingOfItem(this.#top()) });
    }
    if (shape.key !== undefined) {
      const { at, name } = shape.key;
      this.#leave((frame) => frame.column >= at);
      this.#frames.push({ column: at, kind: 'key', ...settingBelow(this.#top(), name) });
    }
    return this.#top();
  }

  #leave(isOver: (frame: Frame) => boolean): void {
    for (let last = this.#frames.at(-1); last !== undefined && isOver(last); last = this.#frames.at(-1)) {
      this.#frames.pop();
    }
  }

  #top(): Setting {
    return this.#frames.at(-1) ?? TOP;
  }
}
