declare module 'virtual:lesson-facts' {
  const facts: Readonly<Record<string, import('./lesson-facts').LessonFacts>>;
  export default facts;
}
