// The reference server of the protocol, `graphql-ws` on `ws`, over the product's own contract. Run by `fanout.py`.
//
// Says on standard output where it listens; obeys `tick HZ` (0 stops) and `burst EVENTS` on standard input.

import { EventEmitter, on } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../protocol/clients/package.json", import.meta.url));
const { buildSchema } = require("graphql");
const { WebSocketServer } = require("ws");
const { useServer } = require("graphql-ws/use/ws");

const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const event = text("./job_event.json");
const bus = new EventEmitter().setMaxListeners(0);

const schema = buildSchema(text("../../../schema/schema.graphql"));
schema.getSubscriptionType().getFields().jobProgress.subscribe = async function* () {
  for await (const [jobProgress] of on(bus, "job")) yield { jobProgress };
};

const stamp = () => {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  const rest = String(micros % 1000).padStart(3, "0");
  return new Date(Math.floor(micros / 1000)).toISOString().replace("Z", `${rest}+00:00`);
};
const change = () => {
  const fresh = event.replace("CHANGED", stamp()).replace("NOW", new Date().toISOString());
  bus.emit("job", JSON.parse(fresh));
};

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, path: "/graphql", perMessageDeflate: false });
useServer({ schema }, server);
server.on("listening", () => {
  const { address, port } = server.address();
  console.log(JSON.stringify({ url: `http://${address}:${port}`, ids: ["job"] }));
});

let ticking;
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [verb, number] = line.split(" ");
    clearInterval(ticking);
    if (verb === "burst") for (let n = 0; n < Number(number); n++) change();
    else if (Number(number)) ticking = setInterval(change, 1000 / Number(number));
  })
  .on("close", () => process.exit());
