import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['build/', 'dist/', 'web/lib/engine/', 'test-results/', 'playwright-report/', 'tests/consumers/'] },
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['web/lib/**', 'web/site/**', 'models/**'], languageOptions: { globals: globals.browser } },
  {
    // A part of Emscripten's glue, which has these.
    files: ['cpp/src/bindings/parts.js'],
    languageOptions: {
      globals: {
        ...globals.browser,
        Module: 'readonly',
        WAKESLEEP_SECOND_PART: 'readonly',
        wasmExports: 'readonly',
        wasmTable: 'readonly',
      },
    },
  },
  {
    files: ['web/site/**/*.svelte', 'web/site/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    files: ['web/tools/**', 'tests/**', '*.config.*', '**/vite.config.ts'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-console': 'off' },
  },
  {
    // Playwright's fixtures say by an empty pattern that they use no others.
    files: ['tests/browser/**'],
    rules: { 'no-empty-pattern': 'off' },
  },
);
