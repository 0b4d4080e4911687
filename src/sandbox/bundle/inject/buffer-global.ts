/** Stands in for the global `Buffer` where a module uses it; the bundler resolves the name to the polyfill. */
export { Buffer } from 'buffer';
