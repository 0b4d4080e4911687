import { answerFlat } from '../../../src/bench/threads/flat-answers.js';

answerFlat((value) => (value as ArrayBuffer).byteLength);
