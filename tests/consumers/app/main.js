import { show } from './app.js';

show();
