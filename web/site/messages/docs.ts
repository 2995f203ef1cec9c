/** What the page Docs says around its texts, which are in web/docs. */
export const docs = {
  label: 'Texts',
  contents: 'On this page',
  reference: 'Reference',
  unknown: (name: string) => `There is no text “${name}”; this is the first.`,
};
