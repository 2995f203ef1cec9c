/** What the page Docs says around its texts, which are in web/docs. */
export const docs = {
  label: 'Texts',
  contents: 'On this page',
  reference: 'Reference',
  search: 'Search the texts',
  found: (places: number) => (places === 0 ? 'Nothing found' : places === 1 ? 'One place' : `${String(places)} places`),
  unknown: (name: string) => `There is no text “${name}”; this is the first.`,
};
