import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const server = process.env['GRATICULE_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../schema/static',
    emptyOutDir: false, // scripts/clean.mjs does, for both builds
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the page's CSP has no data: URLs
    license: { fileName: 'LICENSES.md' },
  },
  server: { proxy: { '/graphql': { target: server, ws: true } } },
});
