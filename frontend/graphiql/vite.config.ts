import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const server = process.env['GRATICULE_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/graphiql/',
  build: {
    outDir: '../../schema/static/graphiql',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096, // Monaco is one large chunk, and loads on this page only
    license: { fileName: 'LICENSES.md' },
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" speaks to servers that render React; here it means nothing.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': { target: server, ws: true } } },
});
