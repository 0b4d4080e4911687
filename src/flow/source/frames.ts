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

const TOP: Setting = { role: 'flow', locals: NO_LOCALS };

/** Follows the structure of a block-style YAML text line by line, by its indentation. */
export class Frames {
  readonly #frames: Frame[] = [];

  /** Takes a line in and says where its value stands. */
  enter(shape: LineShape): Setting {
    for (const column of shape.dashes) {
      // A list may stand at the column of the key that it belongs to.
      this.#leave((frame) => frame.column > column || (frame.column === column && frame.kind === 'item'));
      const { role, locals } = this.#top();
      this.#frames.push({ column, kind: 'item', role: itemRole(role), locals });
    }
    if (shape.key !== undefined) {
      const { at, name } = shape.key;
      this.#leave((frame) => frame.column >= at);
      const { role, locals } = this.#top();
      const inner = { role: keyRole(role, name), locals: keyLocals(locals, role, name) };
      this.#frames.push({ column: at, kind: 'key', ...inner });
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
