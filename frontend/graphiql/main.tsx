// GraphiQL on our own host: no CDN, so that it works behind a firewall and under a strict CSP.
import './workers';
// One by one: graphiql/style.css carries Monaco's styles a second time, and web fonts as data: URLs.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import '@graphiql/plugin-explorer/style.css';
import 'graphiql/graphiql.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { examples } from './examples';
import { fetcher } from './fetcher';
import { Masthead } from './masthead';

// GraphiQL 5.4 shows the first default tab's query but takes its variables from its own storage alone: what it would
// have stored is put there on a first visit.
const [first] = examples;
if (first !== undefined && localStorage.getItem('graphiql:tabState') === null) {
  localStorage.setItem('graphiql:query', first.query);
  localStorage.setItem('graphiql:variables', first.variables ?? '');
}

const page = document.getElementById('graphiql');
if (page === null) throw new Error('index.html has no #graphiql');
createRoot(page).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[explorerPlugin({ showAttribution: false })]}
    defaultTabs={examples}
    shouldPersistHeaders={false} // a token that is typed there must not stay in localStorage
  >
    <GraphiQL.Logo>
      <Masthead />
    </GraphiQL.Logo>
  </GraphiQL>,
);
