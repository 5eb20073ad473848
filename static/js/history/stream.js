// Answers that come in lines of JSON, each replacing the one before
// (application/x-ndjson). Ending the signal ends the work in the database.

/** What the server refused, with its sentence. */
export class Refused extends Error {}

async function refusal(response) {
  try {
    return new Refused((await response.json()).error);
  } catch {
    return new Refused("The server does not answer; try again.");
  }
}

async function* lines(body) {
  const decoder = new TextDecoderStream();
  const reader = body.pipeThrough(decoder).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
  yield rest;
}

/** What goes wrong after the first line can only be said in another line. */
function checked(value) {
  if (typeof value.error === "string") throw new Refused(value.error);
  return value;
}

/** Calls `show(value)` for each line. Refused when the server says no; an aborted
 *  signal ends it without an error. */
export async function read(address, show, signal) {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok) throw await refusal(response);
    for await (const line of lines(response.body)) if (line) show(checked(JSON.parse(line)));
  } catch (error) {
    if (signal?.aborted) return;
    throw error instanceof Refused ? error : new Refused("The connection was lost.");
  }
}

export async function readJson(address, signal) {
  const response = await fetch(address, { signal });
  if (!response.ok) throw await refusal(response);
  return response.json();
}
