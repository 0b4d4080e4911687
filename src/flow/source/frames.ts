import type { LineShape } from './line-shape.js';
import { itemRole, keyRole, type Role } from './roles.js';

interface Frame {
  readonly column: number;
  readonly kind: 'item' | 'key';
  readonly role: Role;
}

/** Follows the structure of a block-style YAML text line by line, by its indentation. */
export class Frames {
  readonly #frames: Frame[] = [];

  /** Takes a line in and says what role its value has. */
  enter(shape: LineShape): Role {
    for (const column of shape.dashes) {
      // A list may stand at the column of the key that it belongs to.
      this.#leave((frame) => frame.column > column || (frame.column === column && frame.kind === 'item'));
      this.#frames.push({ column, kind: 'item', role: itemRole(this.#role()) });
    }
    if (shape.key !== undefined) {
      const { at, name } = shape.key;
      this.#leave((frame) => frame.column >= at);
      this.#frames.push({ column: at, kind: 'key', role: keyRole(this.#role(), name) });
    }
    return this.#role();
  }

  #leave(isOver: (frame: Frame) => boolean): void {
    for (let last = this.#frames.at(-1); last !== undefined && isOver(last); last = this.#frames.at(-1)) {
      this.#frames.pop();
    }
  }

  #role(): Role {
    return this.#frames.at(-1)?.role ?? 'flow';
  }
}
