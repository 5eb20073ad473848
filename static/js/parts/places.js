// The addresses that scripts open and ask, in one place.

const HOUR = 3_600_000;

export const eventPage = (id) => `/events/${id}`;
export const eventApi = (id) => `/api/v1/events/${id}`;
export const lineApi = (id, format) => `/api/v1/events/${id}/line?format=${format}`;
export const aroundApi = (id, of, limit) =>
  `/api/v1/events/${id}/around?${new URLSearchParams({ of, limit })}`;
export const pinApi = (id) => `/api/v1/pins/${id}`;
export const pinnedApi = "/api/v1/pins?only=ids";
export const resolveApi = (ip) => `/api/v1/resolve?${new URLSearchParams({ ip })}`;

/** What is known of an address from `start` to `end` (ISO); without: 24 hours. */
export function addressApi(ip, range = {}) {
  return `/api/v1/addresses/${encodeURIComponent(ip)}?${new URLSearchParams(range)}`;
}

/** The range of so many hours before and after a time. */
export function around(iso, hours) {
  const time = new Date(iso).getTime();
  return {
    start: new Date(time - hours * HOUR).toISOString(),
    end: new Date(time + hours * HOUR).toISOString(),
  };
}

/** The Historical page, searching. */
export function historyPage(q, range = {}) {
  return `/history?${new URLSearchParams({ q, ...range })}`;
}
