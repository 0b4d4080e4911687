import { PhlowError } from '../../../errors.js';

/**
 * Why a thread is ended that has sent what this one cannot read. Threads of modules have the larger stack, so a value can be nested deep enough to
 * be written there and too deep to be read here; which package it was for went with it.
 */
export function unreadableError(): PhlowError {
  const message =
    'Cannot read a message of the module: found a value nested too deep to be taken apart; send it flat, or as text';
  return new PhlowError('PHLOW_WIRE_VIOLATION', message);
}
