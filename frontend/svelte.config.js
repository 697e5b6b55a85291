import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // By content, not by path: a checkout in another folder has to give the same bytes.
    cssHash: ({ hash, css }) => `g-${hash(css)}`,
  },
};
