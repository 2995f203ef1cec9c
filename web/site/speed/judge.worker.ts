/** The judge in a worker, because it takes its time. */
import { reconstructionError } from './judge.ts';
import { expose } from './remote.ts';

expose({ reconstructionError });
