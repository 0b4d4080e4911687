import { answerFlat } from '../../../src/measure/threads/flat-answers.js';

answerFlat((value) => (value as ArrayBuffer).byteLength);
