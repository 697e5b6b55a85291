// What every client does: ask for a clone, follow its job to the end, read the map. Prints a line of JSON a step.

const CLONE = `mutation Clone($url: String!) { cloneRepository(input: {url: $url}) { repository { id } job { id } } }`;
const FOLLOW = `subscription Follow($id: ID!, $afterRevision: Int) {
  jobProgress(id: $id, afterRevision: $afterRevision, maxRateHz: 30) {
    kind revision job { state progress { phase } error { code } }
  }
}`;
const MAP = `query Map($id: ID!) { repository(id: $id) { snapshot { repoMap { text } } } }`;

const say = (step) => console.log(JSON.stringify(step));

// `iterate` is the client's own: it gives the results of an operation.
async function once(iterate, query, variables) {
  for await (const result of iterate({ query, variables })) {
    if (result.errors) throw new Error(JSON.stringify(result.errors));
    return result.data;
  }
}

export const connected = (again) => say({ step: "connected", again });

export async function journey(iterate, repositoryUrl) {
  const { repository, job } = (await once(iterate, CLONE, { url: repositoryUrl })).cloneRepository;
  say({ step: "asked", job: job.id });

  // A client that connects again sends these variables as they are then: only what is newer comes.
  const variables = { id: job.id, afterRevision: null };
  for await (const result of iterate({ query: FOLLOW, variables })) {
    if (result.errors) throw new Error(JSON.stringify(result.errors));
    const { kind, revision, job: now } = result.data.jobProgress;
    variables.afterRevision = revision;
    say({ step: "event", kind, revision, state: now.state, phase: now.progress?.phase ?? null });
  }
  say({ step: "complete" });

  const { text } = (await once(iterate, MAP, { id: repository.id })).repository.snapshot.repoMap;
  say({ step: "map", text });
}
