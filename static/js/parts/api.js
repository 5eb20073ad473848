// Calls that change something: JSON with the CSRF token of the page.

/** What the server refused, with its sentence. */
export class Refused extends Error {}

function token() {
  return document.querySelector("meta[name=csrf-token]").content;
}

/** The answer's JSON, or null when it has none. Refused has the server's sentence. */
export async function write(method, address, value, more = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  const body = value === undefined ? undefined : JSON.stringify(value);
  const response = await fetch(address, { method, headers, body, ...more });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : null;
  if (!response.ok) throw new Refused(answer?.error ?? "The server did not take it.");
  return answer;
}
