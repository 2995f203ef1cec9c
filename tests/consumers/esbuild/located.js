// With its five files copied beside the page, esbuild's users have threads too.
import { show } from './app.js';

show({ locate: (file) => `/wakesleep/${file}` });
