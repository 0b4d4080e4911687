import { TextBuilder } from './utf8.js';

/** Reads UTF-16 in pieces; halves of surrogate pairs become U+FFFD. */
export class Utf16Reader {
  readonly #isBigEndian: boolean;
  /** The first byte of a unit whose second has not come; -1 when there is none. */
  #byte = -1;
  /** A lead surrogate whose trail has not come; 0 when there is none. */
  #lead = 0;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  /** Undefined when `isFatal` and the bytes are malformed. */
  read(bytes: Uint8Array, isFatal: boolean, isLast: boolean): string | undefined {
    const text = new TextBuilder(bytes.length / 2);
    let malformed = 0;
    const replace = (): void => {
      malformed++;
      text.add(0xfffd);
    };
    for (const byte of bytes) {
      if (this.#byte < 0) {
        this.#byte = byte;
        continue;
      }
      const unit = this.#isBigEndian ? (this.#byte << 8) | byte : (byte << 8) | this.#byte;
      this.#byte = -1;
      const isTrail = unit >= 0xdc00 && unit <= 0xdfff;
      if (this.#lead !== 0 && isTrail) {
        text.add(0x10000 + ((this.#lead - 0xd800) << 10) + (unit - 0xdc00));
        this.#lead = 0;
        continue;
      }
      if (this.#lead !== 0) replace();
      this.#lead = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
      if (isTrail) replace();
      else if (this.#lead === 0) text.add(unit);
      if (malformed > 0 && isFatal) break;
    }
    if (isLast && (this.#lead !== 0 || this.#byte >= 0)) replace();
    return malformed > 0 && isFatal ? undefined : text.take();
  }
}
