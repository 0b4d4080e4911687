import { answerFlat } from './flat-answers.js';

answerFlat((value) => value);
