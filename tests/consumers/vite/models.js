import digits from 'wakesleep-models/digits-dbn';
import { show } from './app.js';

show({ model: digits });
