// The official client of GraphQL over server-sent events, in distinct connections.
import { createClient } from "graphql-sse";
import { connected, journey } from "./journey.mjs";

const [url, repositoryUrl] = process.argv.slice(2);
const client = createClient({
  url,
  retryAttempts: 1000,
  retry: () => new Promise((resolve) => setTimeout(resolve, 100)),
  on: { connected },
});
await journey((request) => client.iterate(request), repositoryUrl);
client.dispose();
