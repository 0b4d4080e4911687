/** The version of this library, equal to the one in package.json (a test holds them together). */
export const PHLOW_VERSION = '0.1.0';
