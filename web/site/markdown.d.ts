declare module '*.md' {
  const guide: import('./guides').Guide;
  export default guide;
}
