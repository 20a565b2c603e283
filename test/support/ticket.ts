// A ticket that logs a browser in once, as `hookline open` makes one.

export async function makeTicket(
  { url, token }: { url: string; token: string },
  readOnly = false,
): Promise<string> {
  const answer = await fetch(`${url}/api/ticket?readOnly=${readOnly}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { ticket: string }).ticket;
}

/** The cookie of a browser that logged in, as it sends it. */
export async function cookieOf(daemon: { url: string; token: string }): Promise<string> {
  const answer = await fetch(`${daemon.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket: await makeTicket(daemon) }),
  });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}
