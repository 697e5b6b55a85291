/** What is typed in the one field: it is there again after the page was put away to ask for a token. */
export const draft = $state({ url: '' });
