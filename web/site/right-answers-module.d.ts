declare module 'virtual:right-answers' {
  const right: Readonly<Record<string, number>>;
  export default right;
}
