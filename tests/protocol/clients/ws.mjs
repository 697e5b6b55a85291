// The official client of graphql-transport-ws.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { connected, journey } from "./journey.mjs";

const [url, repositoryUrl] = process.argv.slice(2);
const client = createClient({
  url: url.replace(/^http/, "ws"),
  webSocketImpl: WebSocket,
  retryAttempts: 1000,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  shouldRetry: () => true,
  on: { connected: (_socket, _payload, again) => connected(again) },
});
await journey((request) => client.iterate(request), repositoryUrl);
await client.dispose();
